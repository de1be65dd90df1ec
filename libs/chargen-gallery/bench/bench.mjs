// Measures the page of a world of 2,000 scenes in a real browser, from the file system: how long until it can be
// worked with, and how long a filter and an opened scene take. Build first; run with `node bench/bench.mjs`.
// Needs a Chromium (CHROMIUM_PATH, by default /usr/bin/chromium). The last line is JSON, for tools.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { largePage } from './large-page.mjs';

const ROUNDS = 7;
const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
];

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

const root = mkdtempSync(join(tmpdir(), 'gallery-bench-'));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ARGUMENTS,
});
const rows = [];
try {
  for (const [entities, each] of [
    [25, 20],
    [100, 20],
    [400, 20],
  ]) {
    const path = await largePage(root, entities, each);
    const measured = { ready: [], filter: [], open: [] };
    let nodes = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
      await page.goto(pathToFileURL(path).href);
      await page.waitForSelector('html[data-ready]');
      // Two frames later the first pictures stand, and a click would be answered.
      measured.ready.push(
        await page.evaluate(
          () =>
            new Promise((resolve) =>
              requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now()))),
            ),
        ),
      );
      const timed = (act) =>
        page.evaluate(
          ([source]) =>
            new Promise((resolve) => {
              const start = performance.now();
              location.hash = source;
              addEventListener(
                'hashchange',
                () => requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start))),
                { once: true },
              );
            }),
          [act],
        );
      measured.filter.push(await timed('#q=lantern+weir+brass&state=done'));
      measured.open.push(await timed('#scene=character/entity-0/scene-3'));
      nodes = await page.evaluate(() => document.querySelectorAll('*').length);
      await page.close();
    }
    rows.push({
      scenes: entities * each,
      dataKb: Math.round(statSync(join(dirname(path), 'data.js')).size / 1024),
      nodes,
      readyMs: Math.round(median(measured.ready)),
      filterMs: Math.round(median(measured.filter)),
      openMs: Math.round(median(measured.open)),
    });
  }
} finally {
  await browser.close();
  rmSync(root, { recursive: true, force: true });
}
console.table(rows);
console.log(JSON.stringify({ bench: 'gallery-page', rounds: ROUNDS, rows }));
