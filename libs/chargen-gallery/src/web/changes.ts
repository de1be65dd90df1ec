import { ask, messageOf } from './api.js';
import { drafts, say } from './page.js';
import { close, pose, poseSoon, turn, type ChangeForm, type Question, type QuestionOf } from './question.js';
import type { Field, Values } from './question.js';
import { plural } from './words.js';
import { Changed, writeChanges, type Wanted } from './write-changes.js';

type Changes = ReturnType<ChangeForm['changes']>;

/** Shows the fields first, if there are any; the differences in the authors' files come next. */
export function askForChange(form: ChangeForm): void {
  const { title, fields, changes } = form;
  if (fields.length === 0) poseSoon(title, 'Looking at the file …', () => differences(form, changes({})));
  else {
    const hasDraft = fields.some((field) => drafts.get(aboutOf(form, field)) !== undefined);
    pose({ kind: 'fields', form, hasDraft });
  }
}

export function aboutOf({ title }: ChangeForm, { label }: Field): string {
  return `${title} ${label}`;
}

/** What the fields hold: what is typed, or was typed before, or what is saved; an empty one what it follows. */
export function valuesOf(form: ChangeForm, typed: Values): Values {
  const { fields } = form;
  const valueOf = (field: Field): string =>
    typed[field.name] ?? drafts.get(aboutOf(form, field)) ?? field.saved;
  const own = new Map(fields.map((field) => [field.name, valueOf(field)]));
  for (const { name, follows } of fields)
    // One that was just emptied stays empty, for other words.
    if (follows !== undefined && own.get(name) === '' && typed[name] === undefined)
      own.set(name, follows(Object.fromEntries(own)));
  return Object.fromEntries(own);
}

export async function differences(form: ChangeForm, changes: Changes): Promise<Question> {
  const { several } = form;
  const wanted: Wanted[] = [];
  const leftOut: string[] = [];
  for (const change of changes) {
    const leaveOut = (why: string): void =>
      void leftOut.push(several === undefined ? why : `${several.titleOf(change)}: ${why}`);
    try {
      const proposal = await ask('propose', { change });
      if (proposal.kind === 'proposed') wanted.push({ change, proposal });
      else leaveOut(proposal.message);
    } catch (error) {
      leaveOut(messageOf(error));
    }
  }
  return { kind: 'differences', form, wanted, written: [], leftOut };
}

export async function write(own: QuestionOf<'differences'>): Promise<void> {
  const { form, wanted, written } = own;
  const { several, fields } = form;
  try {
    await writeChanges(wanted, written);
    for (const field of fields) drafts.delete(aboutOf(form, field));
    close(own);
    if (several === undefined) say(`${wanted[0]?.proposal.file ?? 'Nothing'} was changed.`);
  } catch (error) {
    const is = written.length === 1 ? 'is' : 'are';
    const count = several && ` ${plural(written.length, 'change')} of ${wanted.length} ${is} written.`;
    const message = `${messageOf(error)}${count ?? ''}`;
    if (!(error instanceof Changed)) throw new Error(message, { cause: error });
    const rest = wanted.slice(written.length).map(({ change }) => change);
    await turn(own, () => Promise.resolve({ kind: 'conflict', form, message, rest }));
  } finally {
    if (written.length > 0) several?.onWritten(written.map(({ change }) => change));
  }
}
