import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  describeCost,
  describeNoPicture,
  duration,
  FileDigests,
  isRunId,
  plural,
  REAL_PLACES,
  ResultStore,
  RunDirectories,
  pathFrom,
} from 'chargen-core';
import { GALLERY_FOLDER, type GalleryPlace } from '../data/links.js';
import { readReport, type Report, type ReportedScene } from '../data/runs.js';
import type { PictureLink } from '../model.js';
import { writeIfChanged } from '../page/write-files.js';
import { Shelf } from '../pictures/shelf.js';
import { Thumbnails } from '../pictures/thumbnails.js';
import { html, type Html } from './html.js';

const STYLE = fileURLToPath(new URL('../../assets/sheet.css', import.meta.url));

export type ContactSheetOutcome =
  /** The page, relative to the workspace with forward slashes. */
  | { readonly kind: 'written'; readonly path: string }
  /** A sentence for people. */
  | { readonly kind: 'no-report'; readonly message: string };

/** Where the contact sheet of a run is once it is written, relative to the workspace; for reports to link to. */
export function contactSheetPath(
  runId: string,
  { folder = GALLERY_FOLDER }: Pick<GalleryPlace, 'folder'> = {},
): string {
  return `${folder}/runs/${runId}.html`;
}

/**
 * Writes the contact sheet of a run from its report: one page without any script, that prints well. It shows the
 * pictures that the run made even if they were replaced since, as long as the store has them.
 */
export async function writeContactSheet(place: GalleryPlace, runId: string): Promise<ContactSheetOutcome> {
  const { root: workspaceRoot, folder = GALLERY_FOLDER } = place;
  if (!isRunId(runId))
    return { kind: 'no-report', message: `"${runId}" is no run id. See: npx chargen batch history` };
  const state = join(workspaceRoot, REAL_PLACES.stateDir);
  const report = await readReport(new RunDirectories(join(state, 'batch')).directory(runId).reportPath);
  if (report === undefined) {
    return {
      kind: 'no-report',
      message: `The run ${runId} has no report here: it has not ended, or was made on another machine. See: npx chargen batch history`,
    };
  }
  const shelf = new Shelf(
    workspaceRoot,
    await FileDigests.open(workspaceRoot, join(state, 'digests.json')),
    await Thumbnails.open(join(workspaceRoot, folder, 'thumbs')),
    place,
  );
  const store = new ResultStore(join(state, 'store'));
  const shown = report.entities.flatMap((entity) =>
    entity.scenes.filter(({ outcome }) => outcome.kind !== 'done' && outcome.kind !== 'locked'),
  );
  const cells = await Promise.all(
    shown.map(async (scene) => cell(scene, await pictureOf(shelf, store, scene))),
  );
  await writeIfChanged(join(workspaceRoot, folder, 'runs', 'sheet.css'), await readFile(STYLE, 'utf8'));
  const path = contactSheetPath(runId, place);
  await writeIfChanged(join(workspaceRoot, path), `${page(runId, report, cells).html}\n`);
  return { kind: 'written', path };
}

/** The picture of the key that the run asked for, or if there is none, the one in the folder. */
async function pictureOf(
  shelf: Shelf,
  store: ResultStore,
  { key, picture }: ReportedScene,
): Promise<PictureLink | undefined> {
  if (key !== undefined) {
    try {
      const stored = await store.find(key);
      if (stored?.kind === 'generated') {
        const path = pathFrom(shelf.workspaceRoot, store.picturePath(stored.picture));
        return await shelf.known(path, stored.picture);
      }
    } catch {
      // A damaged result is reported by planning; the sheet shows the picture in the folder.
    }
  }
  return picture === undefined ? undefined : shelf.file(picture);
}

function cell({ scene, title, outcome, canon }: ReportedScene, picture: PictureLink | undefined): Html {
  const { word, lines } = wordsOf(outcome);
  const hash = `#scene=${encodeURIComponent(scene)}`;
  const image =
    picture?.thumb === undefined
      ? html`<div class="none">no picture</div>`
      : html`<a href="../${picture.href}"
          ><img
            src="../${picture.thumb}"
            alt="${title}"
            loading="lazy"
            width="${picture.width}"
            height="${picture.height}"
        /></a>`;
  const mismatch =
    canon === undefined || canon.matches
      ? []
      : [html`<p class="bad">Not as its canonical appearance: ${canon.contradictions.join('; ')}</p>`];
  return html`<li class="${outcome.kind}">
    ${image}
    <h2><a href="../index.html${hash}">${title}</a></h2>
    <p class="id">${scene}</p>
    <p class="state">${word}</p>
    ${lines.map((line) => html`<p>${line}</p>`)}${mismatch}
  </li>`;
}

function wordsOf(outcome: ReportedScene['outcome']): {
  readonly word: string;
  readonly lines: readonly string[];
} {
  switch (outcome.kind) {
    case 'generated':
      return { word: `✓ made, ${describeCost(outcome.costUsd)}`, lines: outcome.warnings };
    case 'analyzed':
      return { word: `✓ analyzed, ${describeCost(outcome.costUsd)}`, lines: outcome.warnings };
    case 'reused':
      return { word: '✓ from the store, paid for before', lines: outcome.warnings };
    case 'refused':
    case 'unusable':
      return {
        word: `! ${describeNoPicture(outcome.reason)}`,
        lines: [outcome.message, outcome.advice].filter((line) => line !== ''),
      };
    case 'failed':
      return { word: '✗ failed', lines: [outcome.message, ...outcome.advice.split('\n')] };
    case 'pending':
      return { word: '○ pending', lines: [outcome.why] };
    case 'waits':
      return { word: '○ waits', lines: [`For ${outcome.on.join(', ')}.`] };
    case 'done':
      return { word: '✓ done before', lines: [] };
    case 'locked':
      return { word: '○ locked', lines: [] };
  }
}

function page(runId: string, report: Report, cells: readonly Html[]): Html {
  const { totals, durationMs, costUsd, startedAt, stopMessage } = report;
  const counts = Object.entries(totals)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${count} ${kind}`);
  const facts = [
    startedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC'),
    duration(durationMs),
    counts.join(', '),
    `cost ${describeCost(costUsd)}`,
  ];
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"
        />
        <meta name="viewport" content="width=device-width" />
        <meta name="color-scheme" content="light dark" />
        <title>Contact sheet of ${runId}</title>
        <link rel="icon" href="../icon.svg" />
        <link rel="stylesheet" href="sheet.css" />
      </head>
      <body>
        <header>
          <h1>Contact sheet</h1>
          <p>${runId}: ${facts.join(' · ')}</p>
          ${stopMessage === undefined ? [] : [html`<p class="bad">${stopMessage}</p>`]}
          <p>
            <a href="../index.html#run=${encodeURIComponent(runId)}"
              >See these ${plural(cells.length, 'scene')} in the gallery</a
            >
          </p>
        </header>
        <main>
          <ul>
            ${cells}
          </ul>
          ${cells.length === 0 ? [html`<p>The run had nothing to make.</p>`] : []}
        </main>
      </body>
    </html>`;
}
