/**
 * `npm run sweep -- --author`: a run, and at one of its boundaries an author acts: puts, replaces, retouches or deletes a
 * picture, saves imagery.yaml, renames a folder. Afterwards every byte of the author's is where the author left it, or
 * in a named place, and the run has said what it did not lay. The next run ends in order, and nothing is paid twice.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readLedger } from './check.mjs';
import { isInOrder, runEngine } from './processes.mjs';
import { KEYS, makeWorld } from './world.mjs';

export const AUTHOR_ACTS = ['put', 'put-other', 'replace', 'retouch', 'delete', 'save', 'rename'];

/** Files that the acts touch: the picture of one scene, and the imagery.yaml of its entity. */
export const DESK = {
  folder: 'content/locations/harbour',
  renamed: 'content/locations/old-harbour',
  picture: 'content/locations/harbour/images/dawn.png',
};

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

export async function authorActs(emulator, folder, { kills: [actAt], act, mark }) {
  const root = join(folder, `world-${mark}`);
  const key = `key-of-author-${mark}`;
  const call = { root, url: emulator.url, key };
  await makeWorld(root, mark);
  const itemsBefore = (await readLedger(emulator.ledgerFile)).length;
  const wrong = [];
  try {
    const first = await runEngine({ ...call, author: { at: actAt, act, desk: DESK } });
    if (!isInOrder(first))
      wrong.push(`the run ended ${first.kind} ${first.code}: ${first.errors.slice(-600)}`);
    const said = await readAct(root);
    // A run that ended before the boundary; the next boundary counts.
    if (said === undefined) return { died: 0, reruns: 0, wrong };
    wrong.push(...(await checkBytes(root, said)));
    const second = await runEngine(call);
    if (!isInOrder(second))
      wrong.push(`the next run ended ${second.kind} ${second.code}: ${second.errors.slice(-600)}`);
    wrong.push(...(await checkBytes(root, said)).map((what) => `after the next run: ${what}`));
    // The first run may have reported the scene before the author acted; the next one cannot.
    // Beside a picture of the tool's, one of another extension is the author's own affair.
    const isBeside = act === 'put-other' && (await isThere(join(root, DESK.picture)));
    if (said.sha256 !== undefined && !isBeside && !second.output.includes('"class":"edited"'))
      wrong.push("the next run does not say that the picture is the author's");
    const items = (await readLedger(emulator.ledgerFile)).slice(itemsBefore);
    const times = new Map();
    for (const { hash } of items) times.set(hash, (times.get(hash) ?? 0) + 1);
    if ([...times.values()].some((count) => count > 1)) wrong.push('a key was billed twice');
    // A picture that stands for its scene, or another prompt, makes other keys of what shows it.
    if (items.length > KEYS + 2) wrong.push(`${items.length} items were billed`);
    return { died: 1, reruns: 1, wrong };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

async function isThere(path) {
  return (await readFile(path).catch(() => undefined)) !== undefined;
}

/** What the author left, as `act-at.mjs` noted it. */
async function readAct(root) {
  const text = await readFile(join(root, '.author.json'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : JSON.parse(text);
}

async function checkBytes(root, { path, text, sha256: wanted, isUnderNewName }) {
  if (isUnderNewName) {
    const old = await readdir(join(root, DESK.folder)).catch(() => undefined);
    return old === undefined ? [] : [`the folder ${DESK.folder} was made again: ${old.join(', ')}`];
  }
  if (path === undefined) return [];
  const present = await readFile(join(root, path)).catch(() => undefined);
  // The record may have been added below what the author wrote.
  if (text !== undefined)
    return present?.toString('utf8').startsWith(text) === true ? [] : [`${path} lost what was saved`];
  if (present !== undefined && sha256(present) === wanted) return [];
  for (const file of await allFiles(root)) {
    if (sha256(await readFile(file)) === wanted) return [];
  }
  return [`${path}: the author's bytes are nowhere`];
}

async function allFiles(root) {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
