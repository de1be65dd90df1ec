import { EXIT } from '../cli/exit-code.js';
import type { CommandSpec } from '../cli/spec.js';

/** `chargen gallery` as help and completion know it. */
export const GALLERY: CommandSpec = {
  path: 'gallery',
  summary: 'a page with every picture, how each was made, and what is wrong with the others',
  details:
    'Writes .chargen/gallery/index.html, which opens in a browser without any server. With --serve the page can also ' +
    'lock, reject and re-roll pictures, edit prompts, add scenes and start runs: on this machine only, by an address ' +
    'that holds a token. With --static the page and all its pictures are in one folder, for artifacts of CI and other ' +
    'machines; what it leaves out is stated. Nothing is asked of Google before a run is started.',
  options: [
    { flags: '--serve', says: 'serve the page to this machine, so that it can change files and start runs' },
    { flags: '--port <number>', says: 'with --serve: the port (default: any that is free)' },
    { flags: '--static <folder>', says: 'the page with its pictures in this folder, to be moved anywhere' },
    { flags: '--run <runId>', says: 'only the contact sheet of this run; "last" for the newest one' },
  ],
  examples: [
    { line: 'chargen gallery', says: 'make the page, then open the address that is printed' },
    { line: 'chargen gallery --serve', says: 'review and change in the browser; Ctrl-C ends it' },
    { line: 'chargen gallery --static review', says: 'for CI: upload the folder "review"' },
    { line: 'chargen gallery --run last', says: 'the contact sheet of the newest run' },
  ],
  exits: [EXIT.done, EXIT.badInput],
  load: () => import('./gallery.js'),
};
