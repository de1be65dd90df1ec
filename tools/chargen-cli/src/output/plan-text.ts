import {
  box,
  describeCauses,
  describeEstimate,
  describeJobTimes,
  describeNames,
  dollars,
  plural,
  type EntityPlan,
  type JobTimes,
  type ListedScene,
  type PlannedItem,
  type WorldPlan,
  type WorldStyle,
} from 'chargen-core';
import type { Io } from '../cli/io.js';
import { hintLines } from './hint-lines.js';
import { SYMBOLS } from './symbols.js';
import { wrapWords } from './wrap-words.js';

/** The scenes of an entity for people, and how many; those that need nothing only if they were asked for. */
export function planEntityText(
  plan: EntityPlan<ListedScene>,
  io: Io,
  all: boolean,
): { readonly text: string; readonly shown: number } {
  const { loaded } = plan;
  if (plan.isBroken) {
    const text = `${io.paint('bold', loaded.id)}  ${io.paint('red', 'cannot be read')}, see below\n\n`;
    return { text, shown: 1 };
  }
  const judged = plan.scenes.flatMap((one) => [one, ...takesOf(plan, one)]);
  const shown = judged.filter(({ item }) => all || !isSettled(item));
  if (shown.length === 0) return { text: '', shown: 0 };
  const lines = shown.flatMap(({ item, stem, words }) => {
    const { symbol, colour } = SYMBOLS[item.state];
    const cost = item.estimatedUsd === null ? 'price unknown' : dollars(item.estimatedUsd);
    const asks = item.state === 'pending' || item.state === 'waits';
    return [
      `  ${io.paint(colour, symbol)} ${item.scene}  ${io.paint(colour, item.state)}: ${item.reason}`,
      ...(asks
        ? [
            `      ${item.aspectRatio} ${item.imageSize} ${item.model}, ${item.promptChars} characters, about ${cost} -> ${stem}.*`,
            `      "${summary(words, io.columns - 10)}"`,
          ]
        : []),
      ...item.references.map((one) => referenceLine(one, io)),
    ];
  });
  const [first] = shown;
  const heading = `${io.paint('bold', loaded.id)}  (${first?.item.dialect ?? ''}, ${loaded.folder.file})`;
  return { text: `${heading}\n${lines.join('\n')}\n\n`, shown: shown.length };
}

/** Further takes of a scene. */
function takesOf({ takes }: EntityPlan<ListedScene>, { id }: ListedScene): readonly ListedScene[] {
  return takes.filter((one) => one.id === id);
}

function isSettled(item: PlannedItem): boolean {
  return item.state === 'done' || item.state === 'locked';
}

function referenceLine(one: PlannedItem['references'][number], io: Io): string {
  const where = one.path === null || one.path === one.name ? '' : ` ${one.path}`;
  const state = one.state === 'resolved' ? '' : ` (${one.state})`;
  return io.paint('dim', `      ${one.role}: ${one.name}${where}${state}`);
}

/** The beginning of a prompt. */
function summary(line: string, width: number): string {
  const room = Math.max(40, Math.min(width, 120));
  return line.length <= room ? line : `${line.slice(0, room - 1)}…`;
}

/** Totals, causes and cost. */
export function planSummaryText(
  plan: WorldPlan,
  style: WorldStyle,
  times: readonly JobTimes[],
  columns: number,
): string {
  // The frame takes four columns.
  const widest = columns - 4;
  const lines = planTotalLines(plan, style, times).flatMap((line) => wrapWords(line, widest));
  return `${box(lines, widest).join('\n')}\n`;
}

/** Names of pictures that are held, at most; `chargen plan` itself lists every one with `--all`. */
const HELD_SHOWN = 5;

/** What is special about some of the pictures that are done. */
export function settledLines({ askedOtherwise, held }: WorldPlan['totals']): string[] {
  const otherwise =
    askedOtherwise.scenes === 0
      ? []
      : [
          `    ${askedOtherwise.scenes} would be asked for differently today (${describeEstimate(askedOtherwise.cost)})`,
        ];
  if (held.length === 0) return otherwise;
  const more = held.length - HELD_SHOWN;
  return [
    ...otherwise,
    `    ${held.length} held, since what they were made with is missing:`,
    ...held.slice(0, HELD_SHOWN).map(({ scene, missing }) => `      ${scene}: ${missing.join(', ')}`),
    ...(more > 0 ? [`      and ${more} more`] : []),
  ];
}

/** What is paid for beside the selection, so that a bill has no surprise. */
export function alongLines(along: readonly string[]): string[] {
  if (along.length === 0) return [];
  const names = describeNames(along);
  return [`  ${along.length} of them not selected, but shown by selected scenes: ${names}`];
}

/** What is known of the time: Google's word, and what was seen here, which is no promise. */
export function timeLines(times: readonly JobTimes[]): string[] {
  if (times.length === 0) return ['Time: within 24 hours by what Google states, mostly much sooner'];
  return [
    'Time: within 24 hours by what Google states; a job took',
    ...times.map((one) => `  ${describeJobTimes(one)}`),
  ];
}

/** `times`: what jobs of this workspace took so far. */
export function planTotalLines(
  { totals }: WorldPlan,
  style: WorldStyle,
  times: readonly JobTimes[] = [],
): string[] {
  const open = totals.pending + totals.waits + totals.takes;
  const count = (number: number, text: string): string[] => (number === 0 ? [] : [`  ${number} ${text}`]);
  return [
    `${plural(totals.scenes, 'scene')} of ${plural(totals.entities, 'entity', 'entities')}`,
    ...count(totals.done, 'done'),
    ...settledLines(totals),
    ...count(totals.reused, 'in the store, only to be laid into their folders'),
    ...count(totals.inFlight, 'in flight, not to be paid again:'),
    ...totals.atGoogle.map(({ text }) => `    ${text}`),
    ...count(totals.pending, 'pending'),
    ...count(totals.waits, `${totals.waits === 1 ? 'waits' : 'wait'} for pictures that are made first`),
    ...count(totals.takes, 'further takes of these'),
    ...count(totals.refused, 'refused by the model'),
    ...count(totals.unusable, 'whose answer holds no usable picture (chargen retry)'),
    ...count(totals.edited, 'edited by hand (chargen keep, chargen discard)'),
    ...count(totals.locked, 'locked'),
    ...count(totals.blocked, 'blocked by an error'),
    ...count(totals.unreadScenes, 'more that cannot be read because of errors'),
    ...count(
      totals.brokenEntities,
      `${totals.brokenEntities === 1 ? 'entity' : 'entities'} that cannot be read`,
    ),
    ...(open === 0
      ? ['Nothing is to be made.']
      : [
          ...describeCauses(totals.causes, style).map((line) => `    ${line}`),
          `To make: ${plural(totals.requests, 'request')}, ${describeEstimate(totals.cost)} at batch price`,
          ...alongLines(totals.along),
          ...timeLines(times),
        ]),
    ...hintLines(totals),
  ];
}
