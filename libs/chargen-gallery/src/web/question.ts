import { signal } from '@preact/signals';
import type { Candidate, SceneCard, SceneDetails } from '../model.js';
import type { Change, NowPlan, RunPlan } from '../protocol.js';
import { messageOf } from './api.js';
import type { Wanted } from './write-changes.js';

/** What was typed, by the names of the fields. */
export type Values = Readonly<Record<string, string>>;

export interface Field {
  readonly name: string;
  readonly label: string;
  /** What is in the file now. */
  readonly saved: string;
  readonly hint?: string;
  readonly limit?: number;
  readonly isOptional?: true;
  /** Of a text of several lines. */
  readonly rows?: number;
  /** Of a name that is made of letters and digits. */
  readonly pattern?: string;
  /** What it holds as long as nothing is typed. */
  readonly follows?: (values: Values) => string;
}

/** Changes of authors' files, and what is asked before their differences are shown. */
export interface ChangeForm {
  readonly title: string;
  /** What was typed is kept until it is written, also if the dialog is closed. */
  readonly fields: readonly Field[];
  readonly changes: (values: Values) => readonly Change[];
  /** If there may be several: what each is about, and what is done with those that were written. */
  readonly several?: {
    readonly titleOf: (change: Change) => string;
    readonly label: (count: number) => string;
    readonly onWritten: (changes: readonly Change[]) => void;
  };
}

type About<Kind, What = object> = { readonly kind: Kind } & Readonly<What>;

/** What the one dialog is about. */
export type Question =
  | About<'waiting', { title: string; words: string }>
  | About<'failed', { title: string; message: string }>
  | About<'help'>
  | About<'run', { scenes: readonly string[]; plan: RunPlan }>
  | About<'now', { scenes: readonly string[]; plan: NowPlan }>
  | About<'edited', { scene: string }>
  | About<'adopt', { scene: SceneCard; candidates: readonly Candidate[] }>
  | About<'sources', { scene: SceneCard; details: SceneDetails }>
  | About<'fields', { form: ChangeForm; hasDraft: boolean }>
  /** `written` grows with each attempt: what is in it is not written twice. `leftOut` is why others are not shown. */
  | About<
      'differences',
      { form: ChangeForm; wanted: readonly Wanted[]; written: Wanted[]; leftOut: readonly string[] }
    >
  /** A file is no longer the one that was shown: what is left to be written, and why it was not. */
  | About<'conflict', { form: ChangeForm; rest: readonly Change[]; message: string }>;
export type QuestionOf<Kind extends Question['kind']> = Extract<Question, { readonly kind: Kind }>;

/** The open question; what went wrong in it, or empty; and whether something is being done that can be done once. */
interface Asked {
  readonly question: Question;
  readonly problem: string;
  readonly isBusy: boolean;
}

export const asked = signal<Asked | undefined>(undefined);

export function pose(question: Question): void {
  asked.value = { question, problem: '', isBusy: false };
}

/** Closes this question; another one that was posed meanwhile stays. */
export function close(question: Question): void {
  if (asked.peek()?.question === question) asked.value = undefined;
}

/** Another page in place of this one, if it is still shown then. */
export async function turn(from: Question, load: () => Promise<Question>): Promise<void> {
  const next = await load();
  if (asked.peek()?.question === from) pose(next);
}

/** Opens with a word of what is waited for, then shows the question, or why there is none. */
export function poseSoon(title: string, words: string, load: () => Promise<Question>): void {
  const waiting: Question = { kind: 'waiting', title, words };
  pose(waiting);
  const failed = (error: unknown): Promise<Question> =>
    Promise.resolve({ kind: 'failed', title, message: messageOf(error) });
  void turn(waiting, () => load().catch(failed));
}

/** What a button of a question does: it can be pressed once until it has failed. */
export function attempt(question: Question, act: () => Promise<void>): void {
  const become = (isBusy: boolean, problem: string): void => {
    if (asked.peek()?.question === question) asked.value = { question, problem, isBusy };
  };
  become(true, '');
  act().then(
    () => become(false, ''),
    (error: unknown) => become(false, messageOf(error)),
  );
}
