import { readFile, rm } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { recordAll } from '../src/record/record-all.js';
import { FILES, paidTwice, withWorld } from './support/run-world.js';

const HEAD = 'entity_type: character\nname: Odd\nscenes:\n  - id: one\n    title: One\n';

/** Names that an author gives a picture, as systems and people write them. */
const NAMES: Readonly<Record<string, string>> = {
  cyrillic: 'портрет.png',
  chinese: '肖像.png',
  emoji: '🦊👩‍🎨.png',
  decomposed: 'cafe\u0301 a\u030a.png',
  long: `${'p'.repeat(196)}.png`,
  quoted: 'a "portrait" 100%20.png',
  broken: 'two\nlines\r\nContent-Type: x.png',
  hebrew: 'דיוקן; filename=x.png',
};

it('sends a portrait of any name, and lays what comes of it', () =>
  withWorld({}, async (world, emulator) => {
    const portrait = await readFile(world.path(FILES.portrait));
    for (const folder of ['characters/mira', 'locations/harbour', 'chapters/storm'])
      await rm(world.path('content', folder), { recursive: true });
    for (const [slug, name] of Object.entries(NAMES)) {
      const path = JSON.stringify(`images/${name}`);
      await world.write(
        `content/characters/${slug}/imagery.yaml`,
        `${HEAD}    prompt: The ${slug} one.\n    references: [{ path: ${path} }]\nreferences: [{ id: p, path: ${path}, role: portrait }]\n`,
      );
      // Bytes of its own each, since equal pictures are uploaded once.
      await world.write(
        `content/characters/${slug}/images/${name}`,
        Buffer.concat([portrait, Buffer.from(slug)]),
      );
    }
    const { report } = await world.generate();
    expect(report.totals).toMatchObject({ generated: Object.keys(NAMES).length, failed: 0, pending: 0 });
    expect(report.stop).toBeUndefined();
    // No name of theirs is sent: neither in a header nor as a name at Google.
    expect(JSON.stringify(emulator.ledger.requests())).not.toMatch(/портрет|肖像|portrait|lines/);
    const before = emulator.ledger.requests().length;
    expect((await world.generate()).report.totals.done).toBe(Object.keys(NAMES).length);
    expect(emulator.ledger.requests()).toHaveLength(before);
  }));

/** Files as other tools and habits leave them, all of them valid. */
const TEXTS: Readonly<Record<string, string>> = {
  bom: `\ufeff${HEAD}    prompt: A red kite.\n`.replaceAll('\n', '\r\n'),
  docend: `---\n${HEAD}    prompt: A tall heron.\n...\n`,
  json: '{"entity_type":"character","name":"J","scenes":[{"id":"one","title":"One","prompt":"A stone bridge."}]}',
  keep: `${HEAD}    prompt: |+\n      A quiet mill.\n\n\n`,
  nonl: `${HEAD}    prompt: A tall gate.\n  # trailing note`,
  tabs: '{\n\t"entity_type": "character",\n\t"name": "T",\n\t"scenes": [\n\t\t{ "id": "one", "title": "One", "prompt": "A boat." }\n\t]\n}\n',
};

it('makes a picture of each odd but valid file, keeps every authored byte of it, and is free the second time', () =>
  withWorld({}, async (world, emulator) => {
    for (const folder of ['characters/mira', 'locations/harbour', 'chapters/storm'])
      await rm(world.path('content', folder), { recursive: true });
    const pathOf = (slug: string): string => `content/characters/${slug}/imagery.yaml`;
    for (const [slug, text] of Object.entries(TEXTS)) await world.write(pathOf(slug), text);
    expect((await world.generate()).report.totals).toMatchObject({ generated: 6, failed: 0 });

    const entities = (await world.load()).entities.flatMap(({ entity }) => entity ?? []);
    const said: string[] = [];
    await recordAll(
      world.root,
      entities.map((entity) => ({ entity })),
      { prompts: false, say: (line) => said.push(line) },
    );
    for (const [slug, text] of Object.entries(TEXTS)) {
      const after = await readFile(world.path(pathOf(slug)), 'utf8');
      // Whatever is added stands between the author's own lines, which stay in their order.
      let at = 0;
      for (const line of text.trimEnd().split(/(?<=\n)/)) {
        const found = after.indexOf(line.replace(/[\]}\s]+$/, ''), at);
        expect(found, `${slug}: ${line}\n${said.join('\n')}`).toBeGreaterThanOrEqual(at);
        at = found;
      }
    }
    expect((await world.generate()).report.totals).toMatchObject({ done: 6, generated: 0, failed: 0 });
    expect(emulator.ledger.billed()).toHaveLength(6);
    expect(paidTwice(emulator)).toEqual([]);
  }));
