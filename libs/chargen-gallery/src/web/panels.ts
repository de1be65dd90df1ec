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
import { button, el, icon } from './dom.js';
import { dollars, SECTION_WORDS, sentence, STATE_WORDS, when } from './words.js';

export function section(title: string, ...children: readonly (Node | undefined)[]): HTMLElement {
  return el('section', { class: 'part' }, el('h3', {}, title), ...children);
}

/** Where the scene stands, why, and what to do. */
export function statusPanel(scene: SceneCard, details: SceneDetails): HTMLElement {
  const word = STATE_WORDS[scene.state];
  const isBad = ['failed', 'refused', 'unusable', 'blocked', 'edited'].includes(scene.state);
  return el(
    'div',
    { class: `status-box ${scene.state} ${isBad ? 'bad' : ''}` },
    el('p', { class: 'state-line' }, icon(word.icon), el('strong', {}, word.label)),
    el('p', {}, sentence(scene.reason)),
    details.advice.length === 0
      ? undefined
      : el('div', { class: 'advice' }, ...details.advice.map((line) => el('p', {}, ...withCode(line)))),
    ...details.diagnostics.map((line) => el('p', { class: 'warning' }, line)),
    ...details.warnings.map((line) => el('p', { class: 'warning' }, line)),
  );
}

/** A command at the end of a line is set apart, to be copied. */
export function withCode(line: string): (Node | string)[] {
  const at = line.search(/\bnpx /);
  return at === -1 ? [line] : [line.slice(0, at), el('code', {}, line.slice(at))];
}

export function canonPanel(canon: CanonView): HTMLElement {
  return section('Canonical appearance', ...canonWords(canon));
}

/** Whether a picture shows what its author wrote, and what it shows otherwise. */
export function canonWords(canon: CanonView): (Node | undefined)[] {
  const sure = `${Math.round(canon.confidence * 100)}% sure`;
  return [
    el(
      'p',
      { class: canon.matches ? 'canon good' : 'canon bad' },
      icon(canon.matches ? 'check' : 'alert'),
      canon.matches ? `The picture fits it (${sure}).` : `The picture does not fit it (${sure}).`,
    ),
    listOf('Seen otherwise', canon.contradictions),
    listOf('Seen as described', canon.verified),
  ];
}

function listOf(title: string, items: readonly string[]): HTMLElement | undefined {
  if (items.length === 0) return undefined;
  return el(
    'div',
    {},
    el('h4', {}, title),
    el('ul', { class: 'plain' }, ...items.map((item) => el('li', {}, item))),
  );
}

export function promptPanel(details: SceneDetails): HTMLElement {
  const pieces = (list: readonly PromptPiece[], className: string): Node[] =>
    list.map((piece) =>
      el(
        'div',
        { class: `piece ${className} ${piece.section}` },
        el('h4', {}, SECTION_WORDS[piece.section] ?? piece.section),
        el('p', { class: 'prose' }, piece.text),
        el('p', { class: 'source' }, piece.source),
      ),
    );
  return section(
    'Prompt, and where each part comes from',
    ...pieces(details.prompt, ''),
    details.leftOut.length === 0
      ? undefined
      : el(
          'details',
          {},
          el('summary', {}, `Left out, with the reason (${details.leftOut.length})`),
          ...pieces(details.leftOut, 'left-out'),
        ),
  );
}

/** What changed between the text that made the picture and the text that would be sent now. */
export function changedPanel(details: SceneDetails): HTMLElement | undefined {
  const { changed } = details;
  return isChanged(changed) ? section('Changed since this picture was made', diffText(changed)) : undefined;
}

function isOfSamePrompt(diff: readonly DiffPart[]): boolean {
  return diff.length > 0 && !isChanged(diff);
}

function isChanged(diff: readonly DiffPart[]): boolean {
  return diff.some(({ kind }) => kind !== 'same');
}

function diffText(diff: readonly DiffPart[]): HTMLElement {
  return el(
    'p',
    { class: 'prose diff' },
    ...diff.map(({ kind, text }) => {
      if (kind === 'same') return el('span', {}, text);
      return kind === 'removed' ? el('del', {}, text) : el('ins', {}, text);
    }),
  );
}

export function referencesPanel(
  references: readonly ReferenceView[],
  openScene: (id: string) => void,
): HTMLElement | undefined {
  if (references.length === 0) return undefined;
  return section(
    'References',
    el(
      'ul',
      { class: 'references' },
      ...references.map((one) => el('li', {}, ...referenceView(one, openScene))),
    ),
  );
}

function referenceView(one: ReferenceView, openScene: (id: string) => void): Node[] {
  const { picture, scene, name, role, state, why } = one;
  const image =
    picture?.thumb === undefined
      ? el('span', { class: 'face none' }, icon('image'))
      : el('img', {
          src: picture.thumb,
          alt: '',
          loading: 'lazy',
          width: picture.width,
          height: picture.height,
        });
  const words = el(
    'span',
    { class: 'reference-words' },
    el('span', { class: 'title' }, name),
    el('span', { class: 'source' }, [role, ...(state === 'resolved' ? [] : [stateOf(one)])].join(' · ')),
    why === '' || state === 'resolved' ? undefined : el('span', { class: 'source' }, why),
  );
  if (scene !== undefined) {
    const open = (): void => {
      openScene(scene);
    };
    return [el('button', { type: 'button', class: 'reference', onclick: open }, image, words)];
  }
  return picture === undefined
    ? [el('span', { class: 'reference' }, image, words)]
    : [
        el(
          'a',
          { class: 'reference', href: picture.href, target: '_blank', rel: 'noreferrer' },
          image,
          words,
        ),
      ];
}

function stateOf({ state }: ReferenceView): string {
  switch (state) {
    case 'resolved':
      return '';
    case 'to-be-made':
      return 'still to be made';
    case 'dangling':
      return 'not found';
    case 'left-out':
      return 'left out';
  }
}

export function factsPanel(title: string, facts: readonly Fact[], isOpen: boolean): HTMLElement | undefined {
  if (facts.length === 0) return undefined;
  return el(
    'section',
    { class: 'part' },
    el('details', { open: isOpen }, el('summary', {}, el('h3', {}, title)), factList(facts)),
  );
}

function factList(facts: readonly Fact[]): HTMLElement {
  return el(
    'dl',
    { class: 'facts' },
    ...facts.flatMap(([name, value]) => [el('dt', {}, name), el('dd', {}, value)]),
  );
}

export function analysisPanel(analysis: AnalysisView): HTMLElement {
  return section(analysis.refused === '' ? 'What analysis sees' : 'Analysis', ...analysisWords(analysis));
}

export function analysisWords(analysis: AnalysisView): (Node | undefined)[] {
  if (analysis.refused !== '') return [el('p', { class: 'warning' }, analysis.refused)];
  return [
    analysis.title === '' ? undefined : el('p', { class: 'seen-title' }, analysis.title),
    analysis.description === '' ? undefined : el('p', { class: 'prose' }, analysis.description),
    factList([
      ...(analysis.altText === '' ? [] : [['Alt text', analysis.altText] as const]),
      ...analysis.facts,
    ]),
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
}

/** Earlier pictures of the scene, and what each differed in. */
export function versionsPanel(
  versions: readonly VersionView[],
  context: VersionsContext,
  onCompare: (key: string) => void,
): HTMLElement | undefined {
  const [only] = versions;
  if (only === undefined || (versions.length === 1 && only.current && only.note === '')) return undefined;
  const current = versions.find((one) => one.current);
  const items = [...versions]
    .reverse()
    .map((version) =>
      el(
        'li',
        { class: version.current ? 'current' : '' },
        ...versionView(version, current, context, onCompare),
      ),
    );
  return section('Earlier and now', el('ol', { class: 'versions' }, ...items));
}

function versionView(
  version: VersionView,
  current: VersionView | undefined,
  { compared, named, use }: VersionsContext,
  onCompare: (key: string) => void,
): Node[] {
  const { picture, refusal, note, key, diff } = version;
  const isCompared = compared === key;
  const canCompare = !version.current && picture !== undefined && current?.picture !== undefined;
  // Of another prompt it would be no take of what is asked for now.
  const isTake = picture !== undefined && version.take > 0 && version.take !== named && isOfSamePrompt(diff);
  const compare = (): void => {
    onCompare(isCompared ? '' : key);
  };
  const choose = (): void => {
    use?.(version.take);
  };
  const pressed = { class: 'small', 'aria-pressed': String(isCompared) };
  return [
    picture?.thumb === undefined
      ? el('span', { class: 'face none' }, icon(refusal === '' ? 'image' : 'stop'))
      : el('img', {
          src: picture.thumb,
          alt: '',
          loading: 'lazy',
          width: picture.width,
          height: picture.height,
        }),
    el(
      'div',
      {},
      el(
        'p',
        {},
        el('strong', {}, version.current ? 'Now' : version.take > 0 ? `Take ${version.take}` : 'Earlier'),
        ` ${when(version.finishedAt)}`,
        version.costUsd === null ? '' : ` · ${dollars(version.costUsd)}`,
      ),
      el('p', { class: 'source' }, `${version.model} · run ${version.run}`),
      refusal === '' ? undefined : el('p', { class: 'warning' }, refusal),
      note === ''
        ? undefined
        : el('p', { class: 'note' }, note === 'rejected' ? 'Rejected' : `Rejected: ${note}`),
      canCompare ? button('compare', 'Compare with now', compare, pressed) : undefined,
      isTake && use !== undefined
        ? button('check', `Use take ${version.take}`, choose, { class: 'small' })
        : undefined,
      isChanged(diff)
        ? el('details', { open: isCompared }, el('summary', {}, 'Prompt, then and now'), diffText(diff))
        : diff.length > 0
          ? el('p', { class: 'source' }, 'The prompt was the same.')
          : undefined,
    ),
  ];
}
