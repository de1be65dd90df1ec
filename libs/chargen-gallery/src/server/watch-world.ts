import { basename, join, relative, sep } from 'node:path';
import { watch } from 'chokidar';
import { APPROVAL_FILE, REAL_PLACES } from 'chargen-core';

export interface WorldWatch {
  close(): Promise<void>;
}

/** Folders that hold nothing of the world, wherever they lie. */
const LEFT_OUT: ReadonlySet<string> = new Set(['.git', 'node_modules', '.nx', 'dist']);

/** Time without a further change before one is reported, in milliseconds: editors and git write several files. */
const PAUSE_MS = 300;

/** What stands beside a file while chargen replaces it. */
const PASSING = /^\..*\.(?:tmp|aside)$/;

/**
 * Reports changes of the content and of the runs, whoever makes them: editors, git, runs in a terminal. `areReviews` is
 * true if nothing else than reviews of pictures was written.
 */
export function watchWorld(
  workspaceRoot: string,
  contentRoot: string,
  onChange: (areReviews: boolean) => void,
  watchPaths: typeof watch = watch,
): WorldWatch {
  const runs = join(workspaceRoot, REAL_PLACES.stateDir, 'batch');
  const watcher = watchPaths([join(workspaceRoot, contentRoot), runs], {
    ignoreInitial: true,
    // What the tool keeps for itself changes while the page is made.
    ignored: (path) => {
      if (path === runs || path.startsWith(runs + sep)) return false;
      const parts = relative(workspaceRoot, path).split(sep);
      return (
        parts[0] === REAL_PLACES.stateDir || parts.some((part) => LEFT_OUT.has(part) || PASSING.test(part))
      );
    },
  });
  let timer: NodeJS.Timeout | undefined;
  let areReviews = true;
  watcher.on('all', (_event, path) => {
    areReviews &&= basename(path) === APPROVAL_FILE;
    clearTimeout(timer);
    timer = setTimeout(() => {
      const wereReviews = areReviews;
      areReviews = true;
      onChange(wereReviews);
    }, PAUSE_MS);
  });
  // Such as ENOSPC, when the system watches no more files. A page that is loaded again shows the change all the same.
  watcher.on('error', () => undefined);
  return {
    close: async () => {
      clearTimeout(timer);
      await watcher.close();
    },
  };
}
