import { lintPrompts, promptFigures, WHYS, type PlannedScene, type World } from 'chargen-core';

/** Every prompt of a selection as one Markdown page for reading, with figures at its head. */
export function promptPage(world: World, planned: readonly PlannedScene[]): string {
  const hints = lintPrompts(world);
  const figures = planned.map(({ scene, prompt }) => promptFigures(scene, prompt));
  const shares = figures.filter(({ ownLength }) => ownLength > 300).map(({ share }) => share);
  const named = new Set(planned.map(({ scene }) => `${scene.file} ${scene.id}`));
  const ofThese = hints.filter(({ file, scene }) => scene !== undefined && named.has(`${file} ${scene}`));
  const contradictions = ofThese.filter(({ code }) => /contradict|avoided/.test(code)).length;
  const head = [
    '# Prompts',
    '',
    `| figure | value |`,
    '| --- | --- |',
    `| prompts | ${planned.length} |`,
    `| characters in a prompt, median | ${Math.round(median(figures.map(({ length }) => length)))} |`,
    `| share of the author's words, median of prompts with more than 300 characters of them | ${shares.length === 0 ? 'none' : `${Math.round(median(shares) * 100)} %`} |`,
    `| contradictions found | ${contradictions} |`,
    `| prompts without a style | ${figures.filter(({ hasStyle }) => !hasStyle).length} |`,
  ];
  const scenes = planned.map((one, index) => sceneText(one, figures[index]?.share ?? 0));
  return [...head, '', ...scenes].join('\n');
}

function sceneText({ name, prompt }: PlannedScene, share: number): string {
  const lines = [
    `## ${inline(name)}`,
    '',
    `${prompt.text.length} characters, ${Math.round(share * 100)} % of them the author's for this scene.`,
    '',
    fenced(prompt.text),
    '',
  ];
  for (const [index, { shows, take }] of prompt.pictures.entries()) {
    lines.push(`- Image ${index + 1}: ${inline(shows)}: ${inline(take)}`);
  }
  for (const { text, why } of prompt.leftOut) lines.push(`- Left out, ${WHYS[why]}: ${inline(text)}`);
  return `${lines.join('\n').trimEnd()}\n`;
}

/** A fence longer than any within the text: what an author wrote stays text. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}

/** One line in which no mark of Markdown or HTML means anything. */
function inline(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]<>#|&!]/g, (mark) => `\\${mark}`);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
