import type { VNode } from 'preact';
import type {
  AnalysisView,
  CanonView,
  DiffPart,
  Fact,
  PromptPiece,
  ReferenceView,
  SceneCard,
  SceneDetails,
  VersionView,
} from '../model.js';
import { isServed, reviewer, store } from './page.js';
import { button, el, fileLink, folded, icon, thumbnail, withCode, type Child } from './ui.js';
import { dollars, SECTION_WORDS, sentence, STATE_WORDS, when } from './words.js';

function section(title: string, ...children: readonly Child[]): VNode {
  return el('section.part', el('h3', title), ...children);
}

function source(text: string): VNode {
  return el('p.source', text);
}

/** Where the scene stands, why, and what to do. */
export function statusPanel({ state, reason }: SceneCard, details: SceneDetails): VNode {
  const isBad = ['failed', 'refused', 'unusable', 'blocked', 'edited'].includes(state);
  const advice = details.advice.map((line) => el('p', withCode(line)));
  return el(
    `div.status-box.${state}${isBad ? '.bad' : ''}`,
    el('p.state-line', icon(STATE_WORDS[state].icon), el('strong', STATE_WORDS[state].label)),
    el('p', sentence(reason)),
    advice.length > 0 && el('div.advice', advice),
    [...details.diagnostics, ...details.warnings].map((text) => el('p.warning', text)),
  );
}

export function canonPanel(canon: CanonView): VNode {
  return section('Canonical appearance', canonWords(canon));
}

/** Whether a picture shows what its author wrote, and what it shows otherwise. */
export function canonWords({ confidence, matches, contradictions, verified }: CanonView): Child {
  const sure = `${Math.round(confidence * 100)}% sure`;
  const [look, verb] = matches ? ['good', 'fits'] : ['bad', 'does not fit'];
  return [
    el(`p.canon.${look}`, icon(matches ? 'check' : 'alert'), `The picture ${verb} it (${sure}).`),
    listOf('Seen otherwise', contradictions),
    listOf('Seen as described', verified),
  ];
}

function listOf(title: string, items: readonly string[]): Child {
  const list = items.map((item) => el('li', item));
  return items.length > 0 && el('div', el('h4', title), el('ul.plain', list));
}

export function promptPanel({ prompt, leftOut }: SceneDetails): VNode {
  const pieces = (list: readonly PromptPiece[], selector: `div.${string}`): Child =>
    list.map((piece) =>
      el(
        `${selector}.${piece.section}`,
        el('h4', SECTION_WORDS[piece.section] ?? piece.section),
        el('p.prose', piece.text),
        source(piece.source),
      ),
    );
  const others = `Left out, with the reason (${leftOut.length})`;
  return section(
    'Prompt, and where each part comes from',
    pieces(prompt, 'div.piece'),
    leftOut.length > 0 && folded(others, pieces(leftOut, 'div.piece.left-out')),
  );
}

/** What changed between the text that made the picture and the text that would be sent now. */
export function changedPanel({ changed }: SceneDetails): Child {
  return isChanged(changed) && section('Changed since this picture was made', diffText(changed));
}

function isChanged(diff: readonly DiffPart[]): boolean {
  return diff.some(({ kind }) => kind !== 'same');
}

const DIFF_TAGS = { same: 'span', removed: 'del', added: 'ins' } as const;

function diffText(diff: readonly DiffPart[]): VNode {
  const words = diff.map(({ kind, text }) => el(DIFF_TAGS[kind], text));
  return el('p.prose.diff', words);
}

export function referencesPanel({ references }: SceneDetails): Child {
  const items = references.map((one) => el('li', referenceView(one)));
  return items.length > 0 && section('References', el('ul.references', items));
}

const REFERENCE_STATES: Readonly<Record<ReferenceView['state'], string>> = {
  resolved: '',
  'to-be-made': ' · still to be made',
  dangling: ' · not found',
  'left-out': ' · left out',
};

function referenceView({ picture, scene, name, role, state, why }: ReferenceView): VNode {
  const words = el(
    'span.reference-words',
    el('span.title', name),
    el('span.source', role + REFERENCE_STATES[state]),
    state !== 'resolved' && why !== '' && el('span.source', why),
  );
  const content = [thumbnail(picture), words];
  const look = { class: 'reference' };
  if (scene !== undefined) {
    const onClick = (): void => store.openScene(scene, 'push');
    return el('button', { type: 'button', onClick, ...look }, content);
  }
  return picture === undefined ? el('span', look, content) : fileLink(picture.href, look, content);
}

export function factsPanel(title: string, facts: readonly Fact[]): Child {
  const body = folded(el('h3', title), factList(facts), true);
  return facts.length > 0 && el('section.part', body);
}

function factList(facts: readonly Fact[]): VNode {
  const rows = facts.map(([name, value]) => [el('dt', name), el('dd', value)]);
  return el('dl.facts', rows);
}

export function analysisPanel(analysis: AnalysisView): VNode {
  return section(analysis.refused === '' ? 'What analysis sees' : 'Analysis', analysisWords(analysis));
}

export function analysisWords({ refused, title, description, altText, facts }: AnalysisView): Child {
  if (refused !== '') return el('p.warning', refused);
  const alt: readonly Fact[] = altText === '' ? [] : [['Alt text', altText]];
  return [
    title !== '' && el('p.seen-title', title),
    description !== '' && el('p.prose', description),
    factList([...alt, ...facts]),
  ];
}

function useTake(scene: SceneCard, take: number): Child {
  const use = (): void => reviewer.use(scene, take);
  return isServed.value && button('check', `Use take ${take}`, use, { class: 'small' });
}

/** The takes that can be chosen from; nothing if there is only one. */
export function takesPanel(scene: SceneCard, { takes, take: named }: SceneDetails): Child {
  const items = takes.map(({ take, picture }) => {
    const isNamed = take === named;
    return el(
      'li',
      { 'aria-current': isNamed ? 'true' : undefined },
      fileLink(picture.href, {}, thumbnail(picture), `Take ${take}`, isNamed && ', the picture'),
      !isNamed && useTake(scene, take),
    );
  });
  return takes.length > 1 && section('Takes', el('ol.takes', items));
}

/** Earlier pictures of the scene, the newest first, and what each differed in. */
export function versionsPanel(scene: SceneCard, details: SceneDetails): Child {
  const { versions } = details;
  const [only] = versions;
  if (only === undefined || (versions.length === 1 && only.current && only.note === '')) return undefined;
  const items = versions.map((one) =>
    el('li', { class: one.current ? 'current' : '', key: one.key }, versionView(one, scene, details)),
  );
  return section('Earlier and now', el('ol.versions', items.reverse()));
}

function versionView(version: VersionView, scene: SceneCard, details: SceneDetails): Child {
  const { picture, refusal, note, key, diff, current, take, finishedAt, costUsd, model, run } = version;
  const hasNow = details.versions.some((one) => one.current && one.picture !== undefined);
  const isCompared = store.view.value.compare === key;
  const isSamePrompt = diff.length > 0 && !isChanged(diff);
  // Of another prompt it would be no take of what is asked for now.
  const isTake = picture !== undefined && take > 0 && take !== details.take && isSamePrompt;
  const compare = (): void => store.show({ compare: isCompared ? '' : key });
  const pressed = { class: 'small', 'aria-pressed': isCompared };
  const name = current ? 'Now' : take > 0 ? `Take ${take}` : 'Earlier';
  return [
    thumbnail(picture, { instead: refusal === '' ? 'image' : 'stop' }),
    el(
      'div',
      el('p', el('strong', name), ` ${when(finishedAt)}`, costUsd !== null && ` · ${dollars(costUsd)}`),
      source(`${model} · run ${run}`),
      refusal !== '' && el('p.warning', refusal),
      note !== '' && el('p.note', note === 'rejected' ? 'Rejected' : `Rejected: ${note}`),
      !current && picture && hasNow && button('compare', 'Compare with now', compare, pressed),
      isTake && useTake(scene, take),
      isChanged(diff) && folded('Prompt, then and now', diffText(diff), isCompared),
      isSamePrompt && source('The prompt was the same.'),
    ),
  ];
}
