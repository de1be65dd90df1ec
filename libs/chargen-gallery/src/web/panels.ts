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
import { button, el, fileLink, icon, thumbnail, type Child } from './dom.js';
import { dollars, SECTION_WORDS, sentence, STATE_WORDS, when } from './words.js';

function section(title: string, ...children: readonly Child[]): HTMLElement {
  return el('section', { class: 'part' }, el('h3', title), ...children);
}

function folded(summary: Child, ...body: readonly Child[]): HTMLDetailsElement {
  return el('details', el('summary', summary), ...body);
}

function warning(text: string): HTMLElement {
  return el('p', { class: 'warning' }, text);
}

function source(text: string): HTMLElement {
  return el('p', { class: 'source' }, text);
}

/** Where the scene stands, why, and what to do. */
export function statusPanel(scene: SceneCard, details: SceneDetails): HTMLElement {
  const word = STATE_WORDS[scene.state];
  const isBad = ['failed', 'refused', 'unusable', 'blocked', 'edited'].includes(scene.state);
  const advice = details.advice.map((line) => el('p', ...withCode(line)));
  return el(
    'div',
    { class: `status-box ${scene.state} ${isBad ? 'bad' : ''}` },
    el('p', { class: 'state-line' }, icon(word.icon), el('strong', word.label)),
    el('p', sentence(scene.reason)),
    advice.length > 0 && el('div', { class: 'advice' }, advice),
    ...[...details.diagnostics, ...details.warnings].map(warning),
  );
}

/** A command at the end of a line is set apart, to be copied. */
export function withCode(line: string): Child[] {
  const at = line.search(/\bnpx /);
  return at === -1 ? [line] : [line.slice(0, at), el('code', line.slice(at))];
}

export function canonPanel(canon: CanonView): HTMLElement {
  return section('Canonical appearance', ...canonWords(canon));
}

/** Whether a picture shows what its author wrote, and what it shows otherwise. */
export function canonWords(canon: CanonView): Child[] {
  const sure = `${Math.round(canon.confidence * 100)}% sure`;
  const [className, face, verb] = canon.matches
    ? (['canon good', 'check', 'fits'] as const)
    : (['canon bad', 'alert', 'does not fit'] as const);
  return [
    el('p', { class: className }, icon(face), `The picture ${verb} it (${sure}).`),
    listOf('Seen otherwise', canon.contradictions),
    listOf('Seen as described', canon.verified),
  ];
}

function listOf(title: string, items: readonly string[]): Child {
  if (items.length === 0) return undefined;
  const list = items.map((item) => el('li', item));
  return el('div', el('h4', title), el('ul', { class: 'plain' }, list));
}

export function promptPanel({ prompt, leftOut }: SceneDetails): HTMLElement {
  const pieces = (list: readonly PromptPiece[], className: string): Node[] =>
    list.map((piece) =>
      el(
        'div',
        { class: `piece ${className} ${piece.section}` },
        el('h4', SECTION_WORDS[piece.section] ?? piece.section),
        el('p', { class: 'prose' }, piece.text),
        source(piece.source),
      ),
    );
  return section(
    'Prompt, and where each part comes from',
    ...pieces(prompt, ''),
    leftOut.length > 0 &&
      folded(`Left out, with the reason (${leftOut.length})`, ...pieces(leftOut, 'left-out')),
  );
}

/** What changed between the text that made the picture and the text that would be sent now. */
export function changedPanel({ changed }: SceneDetails): HTMLElement | undefined {
  return isChanged(changed) ? section('Changed since this picture was made', diffText(changed)) : undefined;
}

function isChanged(diff: readonly DiffPart[]): boolean {
  return diff.some(({ kind }) => kind !== 'same');
}

const DIFF_TAGS = { same: 'span', removed: 'del', added: 'ins' } as const;

function diffText(diff: readonly DiffPart[]): HTMLElement {
  return el('p', { class: 'prose diff' }, ...diff.map(({ kind, text }) => el(DIFF_TAGS[kind], text)));
}

export function referencesPanel(
  references: readonly ReferenceView[],
  openScene: (id: string) => void,
): HTMLElement | undefined {
  if (references.length === 0) return undefined;
  const items = references.map((one) => el('li', referenceView(one, openScene)));
  return section('References', el('ul', { class: 'references' }, items));
}

const REFERENCE_STATES: Readonly<Record<ReferenceView['state'], string>> = {
  resolved: '',
  'to-be-made': ' · still to be made',
  dangling: ' · not found',
  'left-out': ' · left out',
};

function referenceView(one: ReferenceView, openScene: (id: string) => void): HTMLElement {
  const { picture, scene, name, role, state, why } = one;
  const words = el(
    'span',
    { class: 'reference-words' },
    el('span', { class: 'title' }, name),
    el('span', { class: 'source' }, role + REFERENCE_STATES[state]),
    state !== 'resolved' && why !== '' && el('span', { class: 'source' }, why),
  );
  const content = [thumbnail(picture), words];
  if (scene !== undefined)
    return el('button', { type: 'button', class: 'reference', onclick: () => openScene(scene) }, content);
  if (picture === undefined) return el('span', { class: 'reference' }, content);
  return fileLink(picture.href, { class: 'reference' }, content);
}

export function factsPanel(title: string, facts: readonly Fact[]): HTMLElement | undefined {
  if (facts.length === 0) return undefined;
  const body = folded(el('h3', title), factList(facts));
  body.open = true;
  return el('section', { class: 'part' }, body);
}

function factList(facts: readonly Fact[]): HTMLElement {
  const rows = facts.flatMap(([name, value]) => [el('dt', name), el('dd', value)]);
  return el('dl', { class: 'facts' }, rows);
}

export function analysisPanel(analysis: AnalysisView): HTMLElement {
  return section(analysis.refused === '' ? 'What analysis sees' : 'Analysis', ...analysisWords(analysis));
}

export function analysisWords({ refused, title, description, altText, facts }: AnalysisView): Child[] {
  if (refused !== '') return [warning(refused)];
  const alt: readonly Fact[] = altText === '' ? [] : [['Alt text', altText]];
  return [
    title !== '' && el('p', { class: 'seen-title' }, title),
    description !== '' && el('p', { class: 'prose' }, description),
    factList([...alt, ...facts]),
  ];
}

/** How earlier pictures are looked at, and taken back. */
interface VersionsContext {
  /** The key of the one that is compared; empty for none. */
  readonly compared: string;
  /** The take that the scene names. */
  readonly named: number;
  /** Undefined without a server. */
  readonly use: ((take: number) => void) | undefined;
  /** Compares the one with this key; none if it is empty. */
  readonly compare: (key: string) => void;
}

/** Earlier pictures of the scene, and what each differed in. */
export function versionsPanel(
  versions: readonly VersionView[],
  context: VersionsContext,
): HTMLElement | undefined {
  const [only] = versions;
  if (only === undefined || (versions.length === 1 && only.current && only.note === '')) return undefined;
  const hasPicture = versions.some(({ current, picture }) => current && picture !== undefined);
  const items = versions.map((version) =>
    el('li', { class: version.current ? 'current' : '' }, versionView(version, hasPicture, context)),
  );
  return section('Earlier and now', el('ol', { class: 'versions' }, items.reverse()));
}

function versionView(version: VersionView, hasPicture: boolean, context: VersionsContext): Child[] {
  const { picture, refusal, note, key, diff, current, take, finishedAt, costUsd, model, run } = version;
  const { compared, named, use } = context;
  const isCompared = compared === key;
  const isSamePrompt = diff.length > 0 && !isChanged(diff);
  // Of another prompt it would be no take of what is asked for now.
  const isTake = picture !== undefined && take > 0 && take !== named && isSamePrompt;
  const compare = (): void => context.compare(isCompared ? '' : key);
  const pressed = { class: 'small', 'aria-pressed': String(isCompared) };
  const name = current ? 'Now' : take > 0 ? `Take ${take}` : 'Earlier';
  const prompts = folded('Prompt, then and now', diffText(diff));
  prompts.open = isCompared;
  return [
    thumbnail(picture, { instead: refusal === '' ? 'image' : 'stop' }),
    el(
      'div',
      el('p', el('strong', name), ` ${when(finishedAt)}`, costUsd === null ? '' : ` · ${dollars(costUsd)}`),
      source(`${model} · run ${run}`),
      refusal !== '' && warning(refusal),
      note !== '' && el('p', { class: 'note' }, note === 'rejected' ? 'Rejected' : `Rejected: ${note}`),
      !current && picture && hasPicture && button('compare', 'Compare with now', compare, pressed),
      isTake && use && button('check', `Use take ${take}`, () => use(take), { class: 'small' }),
      isChanged(diff) && prompts,
      isSamePrompt && source('The prompt was the same.'),
    ),
  ];
}
