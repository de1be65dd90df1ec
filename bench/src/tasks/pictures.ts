import { generatePictures, openGemini, type RunReport, type World } from 'chargen-core';
import { startEmulator } from 'gemini-emulator';
import { timed } from '../measure.js';
import { textOf, type Task } from '../task.js';
import { callOptions, loadWorld, sceneCount } from './generate-call.js';

/** Makes every picture of a world with the emulator, as a writer's first run does with Google. */
const makeAll: Task = async (given) => {
  const root = textOf(given, 'root');
  const world = await loadWorld(root, textOf(given, 'list'));
  // One of its own counts in the memory of this process.
  const emulator =
    typeof given['baseUrl'] === 'string'
      ? undefined
      : await startEmulator({ port: 0, seed: 1, tier: 'tier3' });
  const baseUrl = emulator?.url ?? textOf(given, 'baseUrl');
  let report: RunReport | undefined;
  const ms = await timed(async () => {
    report = await generatePictures({
      ...callOptions(root, world),
      openDoor: () => openGemini({ apiKey: 'bench', baseUrl }),
    });
  });
  await emulator?.close();
  return { ms, generated: report?.totals.generated ?? 0, scenes: sceneCount(world) };
};

/** A run in which every scene is done: the engine's own skipping, without Nx around it. */
const skipAll: Task = async (given) => {
  const root = textOf(given, 'root');
  let loaded: World | undefined;
  const load = await timed(async () => {
    loaded = await loadWorld(root, textOf(given, 'list'));
  });
  if (loaded === undefined) throw new Error('The world was not loaded.');
  const options = callOptions(root, loaded);
  let report: RunReport | undefined;
  const ms = await timed(async () => {
    report = await generatePictures({
      ...options,
      openDoor: () => Promise.reject(new Error('Nothing should be asked of the service.')),
    });
  });
  return { load, ms, done: report?.totals.done ?? 0, scenes: sceneCount(loaded) };
};

export const tasks = { makeAll, skipAll };
