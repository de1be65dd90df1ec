/** What must hold after every crash, once the run was repeated until it was done. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KEYS, PICTURES } from './world.mjs';

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** Billed items, by the hash in their key. */
export async function readLedger(file) {
  const text = await readFile(file, 'utf8').catch(() => '');
  const entries = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
  return entries.filter((entry) => entry.type === 'item');
}

/**
 * Answers what is wrong, in words; nothing where all is right. `lostAnswers`: how many requests were answered to a
 * process that no longer lived; nobody can have these again, so that they may be paid once more. `syncScene`: the
 * folder and id of the scene that was asked for by a synchronous request, whose item in the ledger bears no key.
 */
export async function checkWorld({
  root,
  files,
  ledgerFile,
  itemsBefore,
  isStateLost,
  uploads,
  lostAnswers = 0,
  syncScene,
}) {
  const wrong = [];
  const keys = new Set();
  let syncKey;
  for (const [folder, scenes] of Object.entries(PICTURES)) {
    for (const scene of scenes) {
      const stem = join(root, folder, 'images', scene);
      try {
        const recipe = JSON.parse(await readFile(`${stem}.recipe.json`, 'utf8'));
        const bytes = await readFile(join(root, folder, 'images', recipe.picture.file));
        if (sha256(bytes) !== recipe.picture.sha256)
          wrong.push(`${folder}/${scene}: not the bytes of its recipe`);
        keys.add(recipe.key);
        if (`${folder}/${scene}` === syncScene) syncKey = recipe.key;
      } catch (error) {
        wrong.push(`${folder}/${scene}: ${error.message}`);
      }
    }
  }
  if (keys.size !== KEYS) wrong.push(`${keys.size} distinct keys in the recipes, not ${KEYS}`);
  const items = (await readLedger(ledgerFile)).slice(itemsBefore);
  const most = KEYS + lostAnswers;
  if (items.length < KEYS || items.length > most)
    wrong.push(`${items.length} items were billed, not ${KEYS}${lostAnswers > 0 ? ` to ${most}` : ''}`);
  for (const key of keys) {
    // A synchronous request bears no key; its item is counted above, in the sum.
    const times = items.filter(
      (item) => item.hash === key || (key === syncKey && item.hash === undefined),
    ).length;
    const atMost = key === syncKey ? 1 + lostAnswers : 1;
    if (times < 1 || times > atMost) wrong.push(`the key ${key.slice(0, 12)} was billed ${times} times`);
  }
  for (const [path, data] of Object.entries(files)) {
    const now = await readFile(join(root, path));
    const authored = Buffer.from(data);
    // The record is added below what the author wrote, and nothing else changes.
    if (!now.subarray(0, authored.length).equals(authored)) wrong.push(`${path}: authored bytes changed`);
    if (!path.endsWith('imagery.yaml') && now.length !== authored.length) wrong.push(`${path}: it grew`);
    if (path.endsWith('imagery.yaml') && !now.includes('generated_images:')) wrong.push(`${path}: no record`);
  }
  wrong.push(...(await leftOver(root, lostAnswers > 0 ? ['completed', 'failed'] : ['completed'])));
  if (!isStateLost && uploads.length > 0) wrong.push(`uploads left at Google: ${uploads.join(', ')}`);
  return wrong;
}

async function leftOver(root, phases) {
  const wrong = [];
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name).slice(root.length + 1);
    if (entry.isFile() && /\.(?:tmp|part|lock)$/.test(entry.name)) wrong.push(`left over: ${path}`);
  }
  const batch = join(root, '.chargen', 'batch');
  for (const entry of await readdir(batch, { withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name.startsWith('.')) continue;
    try {
      const state = JSON.parse(await readFile(join(batch, entry.name, 'state.json'), 'utf8'));
      if (!phases.includes(state.phase)) wrong.push(`run ${entry.name} is ${state.phase}`);
      const open = state.jobs.filter((job) => !['collected', 'abandoned', 'rejected'].includes(job.stage));
      if (open.length > 0) wrong.push(`run ${entry.name} has ${open.length} open jobs`);
    } catch (error) {
      wrong.push(`run ${entry.name}: ${error.message}`);
    }
    const log = await readFile(join(batch, entry.name, 'logs.ndjson'), 'utf8').catch(() => '');
    for (const line of log.split('\n').filter((one) => one !== '')) {
      try {
        JSON.parse(line);
      } catch {
        wrong.push(`run ${entry.name}: a line of its log is no JSON`);
      }
    }
  }
  return wrong;
}

/** Names of uploads that an API key still has at the emulator. */
export async function listUploads(url, key) {
  const response = await fetch(`${url}/v1beta/files?pageSize=100`, { headers: { 'x-goog-api-key': key } });
  const { files = [] } = await response.json();
  return files.filter((file) => file.source === 'UPLOADED').map((file) => file.displayName);
}
