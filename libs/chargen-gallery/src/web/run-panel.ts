import { signal } from '@preact/signals';
import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { RunStatus } from '../protocol.js';
import { ACTIONS, again, isRefused, isToBeMade } from './actions.js';
import { ask, messageOf } from './api.js';
import { reviewer, said, say, store } from './page.js';
import { button, el, icon, iconButton, part, remembered, unfold, type Child } from './ui.js';
import { plural } from './words.js';

const MAX_LINES = 400;
const OUTPUT = 'output';

const UNWATCHED =
  'The server was started again and no longer watches the run. What was sent to Google stays there: a run of the same pictures fetches it, and pays for nothing twice.';

const runStatus = signal<RunStatus>({ kind: 'idle' });
const lines = signal<readonly string[]>([]);
/** The end of a run that was read and closed. */
const closedEnd = signal('');
/** Whether the server does not answer. */
export const isLost = signal(false);

export function showStatus(status: RunStatus): void {
  const before = runStatus.value;
  runStatus.value = status;
  if (status.kind === 'idle' && before.kind === 'running') say(UNWATCHED);
  if (status.kind === 'running') closedEnd.value = '';
  if (status.kind === before.kind) return;
  if (status.kind === 'running') lines.value = [];
  // Why it failed is read without a click.
  if (status.kind === 'ended') unfold(OUTPUT, status.code !== 0);
}

export function showLine(line: string): void {
  lines.value = [...lines.value, `${line}\n`].slice(-MAX_LINES);
}

/** The bar at the foot: what is chosen, what was just done, and the run that goes on. */
export function RunPanel(): VNode {
  const status = runStatus.value;
  const isRunning = status.kind === 'running';
  const end = status.kind === 'ended' && status.summary !== closedEnd.value && status;
  const gone = 'The server is gone. Start it again: chargen gallery --serve';
  const parts = [
    isLost.value && el('p.warning', icon('alert'), gone),
    choiceBar(isRunning),
    !isRunning && toBeMadeAgain(),
    isRunning && progress(status),
    end && ended(end),
  ];
  const isSilent = said.value === '';
  return el(
    'aside.run',
    { 'aria-label': 'Run', hidden: isSilent && parts.every((one) => !one) },
    el(
      'div.said-line',
      { hidden: isSilent },
      el('p.said', { role: 'status' }, said.value),
      iconButton('cross', 'Close the message', () => say('')),
    ),
    el('div.run-bar', parts),
    (isRunning || end) && part(Output, {}),
    el('p.unseen', { role: 'status' }, spoken(status)),
  );
}

function spoken(status: RunStatus): string {
  if (status.kind === 'idle') return '';
  return status.kind === 'running' ? 'The run has started.' : status.summary;
}

/** Pictures that are to be made again, and that no change has made pending yet. */
function toBeMadeAgain(): Child {
  const rejected = store.all.value.flatMap(({ scene }) =>
    scene.review?.state === 'rejected' && !isToBeMade(scene) ? [scene] : [],
  );
  const label = `Ask again for ${rejected.length === 1 ? 'it' : 'them'} …`;
  return (
    rejected.length > 0 &&
    el(
      'div.run-choice',
      el('span', `${plural(rejected.length, 'picture')} to be made again`),
      button('dice', label, () => again(rejected)),
    )
  );
}

/** What can be done with the chosen scenes, each button with the number of them. */
function choiceBar(isRunning: boolean): Child {
  const chosen = store.choice.value.map(({ scene }) => scene);
  if (chosen.length === 0) return undefined;
  const buttons = ACTIONS.map(({ face, many, paid, isMeant, act }) => {
    const [first, ...others] = chosen.filter(isMeant);
    if (first === undefined || many === undefined) return undefined;
    const scenes = [first, ...others] as const;
    const count = scenes.length === chosen.length ? '' : ` ${scenes.length}`;
    const attributes = { class: paid === 'batch' ? 'main' : '', disabled: paid !== undefined && isRunning };
    return button(face, many(count, scenes), () => act(scenes), attributes);
  });
  return el(
    'div.run-choice',
    { role: 'group', 'aria-label': 'Chosen scenes' },
    el('strong', `${plural(chosen.length, 'scene')} chosen`),
    buttons,
    button('left', 'Undo', () => void reviewer.undo(), { disabled: !reviewer.canUndo }),
    button(undefined, 'Choose none', () => store.choose(store.chosen.value, false)),
  );
}

function progress({ command, phase, done, total }: Extract<RunStatus, { kind: 'running' }>): VNode {
  const share = total > 0 ? { max: total, value: done } : {};
  const title = 'Stops waiting. What was sent stays sent, and the next run collects it.';
  const stop = (): void => void ask('stop', {}).catch((error: unknown) => say(messageOf(error)));
  return el(
    'div.run-progress',
    el('p', el('strong', phase), total > 0 && ` ${done} of ${total}`),
    el('progress', { 'aria-label': 'Answered requests', key: total > 0, ...share }),
    el('code', command),
    button(undefined, 'Stop waiting', stop, { title }),
  );
}

function ended({ code, summary }: Extract<RunStatus, { kind: 'ended' }>): VNode {
  const close = (): void => {
    closedEnd.value = summary;
  };
  const showFailed = (): void => store.show({ marks: ['failed', 'refused', 'unusable'], scene: '' });
  const hasFailed = store.all.value.some(({ scene }) => scene.state === 'failed' || isRefused(scene));
  const isGood = code === 0;
  return el(
    `div.run-choice.run-ended.${isGood ? 'good' : 'bad'}`,
    el('p', icon(isGood ? 'check' : 'alert'), summary),
    hasFailed && button('filter', 'Show what failed', showFailed, { class: 'small' }),
    iconButton('cross', 'Close the result', close),
  );
}

function Output(): VNode {
  const log = useRef<HTMLPreElement>(null);
  useLayoutEffect(() => log.current?.scrollTo(0, log.current.scrollHeight), [lines.value]);
  const region = { tabIndex: 0, role: 'group', 'aria-label': 'Output of the run' } as const;
  return remembered(OUTPUT, 'run-details', 'Output', () =>
    el('pre.run-log', { ref: log, ...region }, lines.value),
  );
}
