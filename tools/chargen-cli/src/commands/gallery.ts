import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { pathFrom, plural, workspacePart } from 'chargen-core';
import {
  GALLERY_FOLDER,
  GalleryReader,
  serveGallery,
  writeContactSheet,
  writeGallery,
  writeStaticGallery,
  type GalleryWorkspace,
  type ServeOptions,
} from 'chargen-gallery';
import { z } from 'chargen-core/zod';
import { CliError } from '../cli/cli-error.js';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { Io } from '../cli/io.js';
import type { CommandCall } from '../cli/spec.js';
import { jsonText } from '../output/json.js';
import { megabytes } from '../output/megabytes.js';
import { interruptible } from '../run/interruptible.js';
import { environmentOf, withProfile } from '../run/profile.js';
import { takesAsked } from '../run/takes-asked.js';
import { remoteOf } from '../workspace/open-results.js';
import { runsOfWorld } from '../workspace/open-run.js';
import { openWorkspace, type Workspace } from '../workspace/open-workspace.js';

const optionsSchema = z.object({
  serve: z.boolean().default(false),
  port: z.string().optional(),
  run: z.string().optional(),
  static: z.string().optional(),
});

export async function run({ options: raw, globals, io }: CommandCall): Promise<ExitCode> {
  const options = optionsSchema.parse(raw);
  const port = portOf(options.port);
  if (options.port !== undefined && !options.serve) throw new CliError('--port goes with --serve.');
  if (options.run !== undefined && options.serve)
    throw new CliError('--run writes a page; leave out --serve.');
  if (options.static !== undefined && (options.serve || options.run !== undefined))
    throw new CliError('--static writes a page of its own; leave out --serve and --run.');
  const workspace = await openWorkspace(globals);
  if (options.run !== undefined) return sheet(workspace, options.run, globals.json, io);
  const shown = galleryWorkspace(workspace);
  if (options.serve) {
    const env = withProfile(workspace.workspaceRoot, globals.profile, io.env);
    const remote = remoteOf(environmentOf(workspace.workspaceRoot, globals.profile, io.env));
    const takes = takesAsked(undefined, workspace, { io, globals });
    const options = { workspace: shown, port, env: { ...env }, takes, remote, now: Date.now };
    return serve(options, globals.json, io);
  }
  if (options.static !== undefined) return writeStatic(shown, resolve(options.static), globals.json, io);
  const gallery = await new GalleryReader(shown).collect(Date.now());
  const page = await writeGallery(shown, gallery);
  const { scenes } = gallery.index;
  if (globals.json) {
    const path = pathFrom(shown.root, page);
    await io.out(jsonText({ page: path, scenes: scenes.length, thumbnailsMade: gallery.thumbnailsMade }));
    return EXIT.done;
  }
  io.err(
    `${plural(scenes.length, 'scene')}, ${plural(gallery.thumbnailsMade, 'new thumbnail')}. Open in a browser:\n`,
  );
  await io.out(`${pathToFileURL(page).href}\n`);
  return EXIT.done;
}

function portOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const parsed = z.coerce.number().int().min(0).max(65_535).safeParse(text);
  if (!parsed.success) throw new CliError(`--port is "${text}"; write a number up to 65535.`);
  return parsed.data;
}

function galleryWorkspace({ workspaceRoot, options, settings }: Workspace): GalleryWorkspace {
  const { contentRoot, owns, otherIds, styleFile, generateTargetName } = options;
  return {
    root: workspaceRoot,
    folder: folderOf(options),
    contentRoot,
    owns,
    otherIds,
    styleFile,
    settings,
    generateTarget: generateTargetName,
  };
}

/** Each of several worlds has a page of its own. */
function folderOf({ tag, contentRoot }: Workspace['options']): string {
  return tag === undefined || contentRoot === ''
    ? GALLERY_FOLDER
    : `${GALLERY_FOLDER}-${workspacePart(contentRoot)}`;
}

async function sheet(workspace: Workspace, named: string, json: boolean, io: Io): Promise<ExitCode> {
  const { workspaceRoot: root } = workspace;
  const runId = named === 'last' ? await newestRun(workspace) : named;
  if (runId === undefined) throw new CliError('There is no run yet. Make one with: chargen batch generate');
  const outcome = await writeContactSheet({ root, folder: folderOf(workspace.options) }, runId);
  if (outcome.kind === 'no-report') throw new CliError(outcome.message);
  if (json) await io.out(jsonText({ run: runId, page: outcome.path }));
  else await io.out(`${pathToFileURL(join(root, outcome.path)).href}\n`);
  return EXIT.done;
}

async function writeStatic(
  workspace: GalleryWorkspace,
  folder: string,
  json: boolean,
  io: Io,
): Promise<ExitCode> {
  const outcome = await writeStaticGallery(workspace, folder, Date.now());
  if (outcome.kind === 'refused') throw new CliError(outcome.message);
  const { page, scenes, pictures, bytes, leftOut } = outcome;
  if (json) {
    await io.out(jsonText({ page, scenes, pictures, bytes, leftOut }));
    return EXIT.done;
  }
  io.err(`${plural(scenes, 'scene')}, ${plural(pictures, 'picture')} (${megabytes(bytes)}). Not in it:\n`);
  for (const one of leftOut) io.err(`  ${one}\n`);
  await io.out(`${pathToFileURL(page).href}\n`);
  return EXIT.done;
}

async function newestRun(workspace: Workspace): Promise<string | undefined> {
  const runs = await runsOfWorld(workspace);
  return runs.flatMap((one) => (one.kind === 'run' ? [one.run.runId] : []))[0];
}

async function serve(options: ServeOptions, json: boolean, io: Io): Promise<ExitCode> {
  return interruptible(async (signal) => {
    io.err('Reading the world …\n');
    const served = await serveGallery(options).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
        throw new CliError(
          `The port ${String(options.port)} is taken. Leave --port out for one that is free.`,
        );
      }
      throw error;
    });
    await io.out(json ? `${JSON.stringify({ url: served.url })}\n` : `${served.url}\n`);
    io.err('Only this machine can open it, and only with this address. Ctrl-C ends it.\n');
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => {
        resolve();
      });
    });
    io.err('Closing …\n');
    await served.close();
    return EXIT.done;
  });
}
