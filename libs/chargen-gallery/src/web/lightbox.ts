import { Fragment, type VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { EntityCard, SceneCard, SceneDetails } from '../model.js';
import { changesOf, isToBeMade, offersFor } from './actions.js';
import { deskTools, Filmstrip, NoteForm } from './desk.js';
import { useSceneDetails } from './details.js';
import { focusCard } from './places.js';
import { isZoomed, look, noted, panel, sceneIds, step } from './open-scene.js';
import { isServed, store } from './page.js';
import * as panels from './panels.js';
import { RunPanel } from './run-panel.js';
import { Stage } from './stage.js';
import { button, el, iconButton, part, warning, type Child } from './ui.js';
import { TYPE_WORDS } from './words.js';

/** One scene, large, with all that is known of it. The address of the page names the open one. */
export function Lightbox(): VNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const last = useRef('');
  const { scene: id } = store.view.value;
  const { scene, entity } = store.find(id) ?? {};
  const { details, problem } = useSceneDetails(id);
  const isOpen = id !== '';
  useLayoutEffect(() => {
    if (isOpen) {
      dialog.current?.showModal();
      panel.current?.focus();
    } else dialog.current?.close();
  }, [isOpen]);
  useLayoutEffect(() => {
    panel.current?.scrollTo(0, 0);
    noted.value = '';
    if (isOpen) last.current = id;
  }, [id]);
  const onClose = (): void => {
    if (dialog.current?.open !== false) return;
    look.value = { kind: 'one' };
    isZoomed.value = false;
    focusCard(last.current);
    store.openScene('');
  };
  const region = { tabIndex: 0, 'aria-label': 'About this scene', role: 'region' } as const;
  const isDesk = isServed.value && isOpen;
  return el(
    'dialog.lightbox',
    { 'aria-labelledby': 'scene-title', ref: dialog, onClose },
    bar(() => dialog.current?.close()),
    isDesk && scene && noted.value === id && part(NoteForm, { scene }),
    el(
      'div.lightbox-body',
      part(Stage, { scene, details }),
      el(
        'div.panel',
        { ref: panel, ...region },
        scene && entity ? head(scene, entity) : isOpen && noScene(id),
        problem !== '' && warning(problem),
        scene && details && part(Fragment, { children: about(scene, details) }, id),
      ),
    ),
    isDesk && part(Filmstrip, {}),
    isDesk && part(RunPanel, {}),
  );
}

function bar(close: () => void): VNode {
  const ids = sceneIds();
  const at = ids.indexOf(store.view.value.scene);
  return el(
    'div.lightbox-bar',
    iconButton('left', 'Previous scene', () => step(-1)),
    el('span.position', at !== -1 && `${at + 1} of ${ids.length}`),
    iconButton('right', 'Next scene', () => step(1)),
    el('div.lightbox-tools', isServed.value && deskTools()),
    iconButton('cross', 'Close', close, { class: 'quiet close' }),
  );
}

function noScene(id: string): Child {
  return [el('h2', { id: 'scene-title' }, 'No such scene'), el('p', id)];
}

function head(scene: SceneCard, entity: EntityCard): VNode {
  const showEntity = (): void => store.show({ entity: entity.id, scene: '', compare: '' });
  const name = button(undefined, entity.name, showEntity, { class: 'link' });
  const tags = scene.tags.map((tag) => el('li', tag));
  return el(
    'header',
    el('p.kind', `${TYPE_WORDS[entity.type].one} · `, name),
    el('h2', { id: 'scene-title' }, scene.title),
    el('p.source', scene.id),
    tags.length > 0 && el('ul.tag-list', tags),
  );
}

function about(scene: SceneCard, details: SceneDetails): Child {
  const { canon, analysis, settings, recipe } = details;
  return [
    panels.statusPanel(scene, details),
    isServed.value && changes(scene, details),
    canon && panels.canonPanel(canon),
    panels.takesPanel(scene, details),
    panels.changedPanel(details),
    panels.versionsPanel(scene, details),
    panels.promptPanel(details),
    panels.referencesPanel(details),
    panels.factsPanel('What is asked for', settings),
    panels.factsPanel('How this picture was made', recipe),
    analysis && panels.analysisPanel(analysis),
  ];
}

/** All that can be done with the open scene. */
function changes(scene: SceneCard, details: SceneDetails): VNode {
  const isChosen = store.chosen.value.has(scene.id);
  const turnChoice = (): void => store.choose([scene.id], !isChosen);
  const pressed = { class: 'choose', 'aria-pressed': isChosen };
  return el(
    'div.actions',
    { role: 'group', 'aria-label': 'Changes' },
    offersFor(scene, true).map((offer) => offer && button(...offer)),
    isToBeMade(scene) && button('plus', 'Choose for a run', turnChoice, pressed),
    changesOf(scene, details).map((offer) => button(...offer)),
  );
}
