import { posix } from 'node:path';
import { formatDiagnostic } from '../content/index.js';
import { describeKept } from '../record/leftovers.js';
import { describeStop, describeUnclaimed, describeUnshared, type StopWords } from '../run/index.js';
import { unreachable } from '../util/unreachable.js';
import { isAtGoogle } from './exit-of-report.js';
import { describeStuck } from './job-times.js';
import { describeCost, describeEstimate, duration, plural } from './money.js';
import { BACKUP_ADVICE, describeOnlyCopies } from './only-copies.js';
import {
  isSettledWithout,
  type EntityOutcome,
  type GeneratePlan,
  type Outcome,
  type RunReport,
  type SceneOutcome,
} from './outcome.js';
import { describeNoPicture } from '../recipe/index.js';

/** What is about to be done, before anything is. */
export function describePlan(plan: GeneratePlan, target: RunReport['target'] = 'generate'): string {
  const isAnalysis = target === 'analyze';
  const entities = plural(plan.entities, 'entity', 'entities');
  const open = plan.pending + plan.waits;
  const parts = [
    isAnalysis ? `${plan.done} analyzed` : `${plural(plan.done, 'picture')} done`,
    ...(plan.reused === 0 ? [] : [`${plan.reused} in the store`]),
    `${open} to ${isAnalysis ? 'analyze' : 'make'}${of(plan)}`,
  ];
  const cost = open === 0 ? '' : `; estimated cost ${describeEstimate(plan.estimate)}`;
  const line = `chargen: ${plural(plan.scenes, isAnalysis ? 'picture' : 'scene')} of ${entities}: ${parts.join(', ')}${cost}.`;
  const { along } = plan;
  if (along.length === 0) return line;
  const are = along.length === 1 ? 'is' : 'are';
  return `${line}\n${along.length} of them ${are} made because others of this run show them: ${describeNames(along)}.`;
}

/** `` (2 of them after others, 3 further takes)`` */
function of({ waits, takes }: GeneratePlan): string {
  const parts = [
    ...(waits === 0 ? [] : [`${waits} of them after others`]),
    ...(takes === 0 ? [] : [plural(takes, 'further take')]),
  ];
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

/** More names than these are counted. */
const NAMES_SHOWN = 8;

/** `character/finn/rooftop, character/oda/asleep and 12 more` */
export function describeNames(names: readonly string[]): string {
  const more = names.length - NAMES_SHOWN;
  return names.slice(0, NAMES_SHOWN).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function symbol(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'done':
    case 'generated':
    case 'analyzed':
    case 'reused':
      return '✓';
    case 'refused':
    case 'unusable':
      return '!';
    case 'failed':
      return '✗';
    case 'pending':
    case 'waits':
    case 'locked':
      return '○';
  }
}

/** One scene in words. */
export function describeScene(scene: SceneOutcome, mode: RunReport['mode'] = 'real'): string {
  const { outcome } = scene;
  const id = scene.scene.split('/').at(-1) ?? scene.scene;
  const head = `${symbol(outcome)} ${id}`;
  switch (outcome.kind) {
    case 'done':
      return `${head}  done`;
    case 'generated':
      return [
        `${head}  ${mode === 'preview' ? 'previewed' : `generated (${describeCost(outcome.costUsd)})`} ${scene.picture ?? ''}`,
        ...outcome.warnings.map(indent),
      ].join('\n');
    case 'analyzed':
      return [
        `${head}  analyzed (${mode === 'preview' ? 'by the emulator' : describeCost(outcome.costUsd)}) ${scene.picture ?? ''}`,
        ...outcome.warnings.map(indent),
      ].join('\n');
    case 'reused':
      return [`${head}  from the store ${scene.picture ?? ''}`, ...outcome.warnings.map(indent)].join('\n');
    case 'refused':
    case 'unusable': {
      const what = describeNoPicture(outcome.reason, outcome.message);
      return [`${head}  ${what}`, indent(outcome.advice)].join('\n');
    }
    case 'failed':
      return [`${head}  ${outcome.message}`, ...outcome.advice.split('\n').map(indent)].join('\n');
    case 'pending':
      return `${head}  pending: ${outcome.why}`;
    case 'waits':
      return `${head}  waits for ${outcome.on.join(', ')}`;
    case 'locked':
      return `${head}  locked`;
    default:
      return unreachable(outcome);
  }
}

function indent(line: string): string {
  return `    ${line}`;
}

/** Scenes that wait for the same reason share one line: a missing key would be reported again for each of them. */
function describeScenes(scenes: readonly SceneOutcome[], mode: RunReport['mode']): string[] {
  const byReason = new Map<string, SceneOutcome[]>();
  for (const scene of scenes) {
    const { outcome } = scene;
    const reason = outcome.kind === 'pending' ? outcome.why : scene.scene;
    byReason.set(reason, [...(byReason.get(reason) ?? []), scene]);
  }
  return [...byReason.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const ids = [first, ...others].map(({ scene }) => scene.slice(scene.lastIndexOf('/') + 1));
    return [describeScene(first, mode).replace(ids[0] ?? '', () => ids.join(', '))];
  });
}

/** An entity's part of a run: what its task shows. */
export function describeEntity(
  outcome: EntityOutcome,
  mode: RunReport['mode'] = 'real',
  target: RunReport['target'] = 'generate',
): string {
  const lines = outcome.diagnostics.map((one) => formatDiagnostic(one));
  const scenes = describeScenes(outcome.scenes, mode);
  if (scenes.length === 0 && lines.length === 0) {
    return `${outcome.id}: ${target === 'analyze' ? 'no pictures to analyze' : 'no scenes'}.\n`;
  }
  return `${[...lines, ...scenes].join('\n')}\n`;
}

const WORDS = {
  generate: {
    title: 'Batch Run Complete',
    preview: 'Preview Complete (drawn by the emulator)',
    things: 'Scenes',
    made: 'generated',
  },
  analyze: {
    title: 'Analysis Complete',
    preview: 'Preview Complete (analyzed by the emulator)',
    things: 'Pictures',
    made: 'analyzed',
  },
} as const;

/** A picture that the model found to be unlike the canonical appearance. Nothing is done about it here. */
function describeMismatch({ scene, canon }: SceneOutcome): string[] {
  if (canon === undefined || canon.matches) return [];
  const why = canon.contradictions.length === 0 ? 'no reason was given' : canon.contradictions.join('; ');
  return [
    `! ${scene} does not look as its canonical appearance states (${percent(canon.confidence)} sure): ${why}`,
  ];
}

function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}

/**
 * The whole run, in a frame as wide as its longest line. With `words`, what stopped it is described with the commands
 * of the program that prints it.
 */
export function describeReport(report: RunReport, words?: StopWords): string {
  const { entities, mode, target, runId } = report;
  const scenes = entities.flatMap((one) => one.scenes);
  const broken = brokenEntities(report);
  const unmade = scenes.filter(({ outcome }) => outcome.kind === 'failed' || isSettledWithout(outcome));
  const isGalleryWorthIt = mode === 'real' && target === 'generate' && madeBy(report) > 0;
  return [
    ...box([...totalLines(report, broken.length), ...outputLines(scenes)]),
    ...broken.map((one) => `✗ ${one.file}: it has errors: npx chargen check`),
    ...scenes.flatMap(describeMismatch),
    ...unmade.map((scene) => describeScene(scene, mode).replace(/^(\S) \S+/, `$1 ${scene.scene}`)),
    ...(report.keptVersions ?? []).map((one) => `! ${describeKept(one)}`),
    ...stopLines(report, words),
    ...(report.stuck ?? []).map(describeStuck),
    ...afterAnalysis(report),
    ...(isGalleryWorthIt && runId !== undefined ? [`Look at them: npx chargen gallery --run ${runId}`] : []),
    ...onlyCopyLines(report),
    ...sharingLines(report),
  ].join('\n');
}

function madeBy({ totals }: RunReport): number {
  return totals.generated + totals.analyzed;
}

/** Entities whose file has errors, so that none of their scenes is known. */
function brokenEntities({ entities }: RunReport): readonly EntityOutcome[] {
  return entities.filter(
    (one) => one.scenes.length === 0 && one.diagnostics.some(({ severity }) => severity === 'error'),
  );
}

function totalLines(report: RunReport, broken: number): string[] {
  const { totals, mode } = report;
  const words = WORDS[report.target];
  const made = madeBy(report);
  const success = totals.done + made + totals.reused;
  const total = Object.values(totals).reduce((sum, count) => sum + count, 0);
  const left = totals.pending + totals.waits;
  return [
    titleOf(report, left),
    '',
    ...(report.runId === undefined ? [] : [`Run ID: ${report.runId}`]),
    `Duration: ${duration(report.durationMs)}`,
    `${words.things}: ${total} total`,
    `  ✓ Success: ${success} (${made} ${words.made}, ${totals.reused} reused, ${totals.done} done before)`,
    `  ✗ Failed: ${totals.failed}`,
    ...(totals.refused === 0 ? [] : [`  ! Refused: ${totals.refused}`]),
    ...(totals.unusable === 0 ? [] : [`  ! Unusable answers: ${totals.unusable}`]),
    `  ○ Skipped: ${left + totals.locked}${left === 0 ? '' : ` (${left} not ${words.made} yet)`}`,
    ...brokenLines(broken, words.things),
    ...(mode === 'preview' ? [] : costLines(report)),
  ];
}

/** What such entities ask for is not known, so that it is in no sum. */
function brokenLines(broken: number, things: string): string[] {
  if (broken === 0) return [];
  const whose = broken === 1 ? 'Its' : 'Their';
  return [
    `✗ Not read because of errors: ${plural(broken, 'entity', 'entities')}.`,
    `  ${whose} ${things.toLowerCase()} are not counted.`,
  ];
}

function titleOf(report: RunReport, left: number): string {
  if (left + (report.canonOpen ?? 0) > 0) {
    const isRunning = report.stop?.kind === 'wait-over' && isAtGoogle(report.stop);
    return isRunning ? 'Batch Run Still Running' : 'Batch Run Not Finished';
  }
  const words = WORDS[report.target];
  return report.mode === 'preview' ? words.preview : words.title;
}

function costLines(report: RunReport): string[] {
  const { costUsd, estimate, canonCostUsd, canonOpen = 0 } = report;
  const toJudge = canonOpen === 0 ? '' : ` (${plural(canonOpen, 'picture')} still to be judged)`;
  return [
    ...(madeBy(report) === 0 && costUsd === 0
      ? []
      : [
          `Cost: ${describeCost(costUsd)} (estimated ${describeEstimate(estimate)})`,
          ...askedForBefore(report),
        ]),
    ...(canonCostUsd === undefined ? [] : [`Canon check: ${describeCost(canonCostUsd)}${toJudge}`]),
  ];
}

/** The folders that have new pictures, eight at the most. */
function outputLines(scenes: readonly SceneOutcome[]): string[] {
  const folders = new Map<string, number>();
  for (const { outcome, picture } of scenes) {
    if ((outcome.kind !== 'generated' && outcome.kind !== 'reused') || picture === undefined) continue;
    const folder = `${posix.dirname(picture)}/`;
    folders.set(folder, (folders.get(folder) ?? 0) + 1);
  }
  if (folders.size === 0) return [];
  const list = [...folders].sort(([a], [b]) => (a < b ? -1 : 1));
  const shown = list.slice(0, 8).map(([folder, count]) => `  ${folder} (${count})`);
  const more = list.length > 8 ? [`  … (${list.length - 8} more)`] : [];
  return ['', 'Outputs:', ...shown, ...more];
}

function sharingLines({ sharing = {} }: RunReport): string[] {
  const { unclaimed, unshared } = sharing;
  return [
    ...(unclaimed === undefined ? [] : [describeUnclaimed(unclaimed)]),
    ...(unshared === undefined ? [] : [describeUnshared(unshared)]),
  ];
}

function onlyCopyLines({ onlyCopies }: RunReport): string[] {
  const said = onlyCopies === undefined ? undefined : describeOnlyCopies(onlyCopies);
  return said === undefined ? [] : [`${said} ${BACKUP_ADVICE}`];
}

/** More runs than these are counted: the frame is as wide as its longest line. */
const RUNS_SHOWN = 2;

/** What was only collected: its price was due when another call, perhaps of another machine, asked for it. */
function askedForBefore({ costByRun = [], runId }: RunReport): string[] {
  const before = costByRun.filter(({ run }) => run !== runId);
  if (before.length === 0) return [];
  const answers = before.reduce((sum, one) => sum + one.answers, 0);
  const costs = before.map(({ costUsd }) => costUsd);
  const cost = costs.includes(null) ? null : costs.reduce<number>((sum, one) => sum + (one ?? 0), 0);
  const runs = before.map(({ run }) => run);
  const more = runs.length - RUNS_SHOWN;
  return [
    `  of it ${describeCost(cost)} for ${plural(answers, 'answer')} only collected,`,
    `  asked for by ${runs.length === 1 ? 'run' : 'runs'} ${runs.slice(0, RUNS_SHOWN).join(', ')}`,
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

function stopLines({ stop, stopMessage, target }: RunReport, words: StopWords | undefined): string[] {
  if (stop !== undefined && words !== undefined) return [describeStop(stop, target, words)];
  return stopMessage === undefined ? [] : [stopMessage];
}

/** Traits that were found change what scenes ask for; the report states it before it costs anything. */
function afterAnalysis(report: RunReport): string[] {
  if (report.target !== 'analyze' || report.mode === 'preview' || report.totals.analyzed === 0) return [];
  return [
    'What was found enters the prompts of the scenes that show it, so that pictures made before may be asked for again.',
    'See which, and what that would cost: npx chargen plan. To leave it out of prompts: "useTraits": false in nx.json.',
  ];
}

/** Lines in a frame; one that is longer than `widest` sticks out. The symbols used are one column wide. */
export function box(lines: readonly string[], widest = Infinity): string[] {
  const lengths = lines.map((line) => line.length);
  const width = Math.max(0, ...lengths.filter((length) => length <= widest));
  const rule = '─'.repeat(width + 2);
  const rows = lines.map((line) => (line.length > width ? `│ ${line}` : `│ ${line.padEnd(width)} │`));
  return [`┌${rule}┐`, ...rows, `└${rule}┘`];
}
