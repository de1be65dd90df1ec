/** What a run could not share with other machines. */
export interface SharedStoreTrouble {
  /** Items that were asked for without a claim in the shared store, so that another machine may pay for them too. */
  readonly unclaimed?: { readonly items: number; readonly why: string };
  /** Answers that were paid for here and that the shared store has not got. */
  readonly unshared?: { readonly answers: number; readonly why: string };
}

export function describeUnclaimed({ items, why }: NonNullable<SharedStoreTrouble['unclaimed']>): string {
  return (
    `What is asked for is not claimed in the shared store (${withoutStop(why)}): up to ${items} of the pictures or analyses ` +
    'are paid for twice if another machine asks for them at the same time.'
  );
}

export function describeUnshared({ answers, why }: NonNullable<SharedStoreTrouble['unshared']>): string {
  const [are, them] = answers === 1 ? ['is', 'it'] : ['are', 'them'];
  return (
    `${answers} of the answers that were paid for here ${are} not in the shared store (${withoutStop(why)}). The next run ` +
    `on this machine that may write offers ${them} again. If this machine is thrown away before, as in CI, they are lost: ` +
    `keep .chargen/store, or copy it with: npx chargen store backup <folder>`
  );
}

function withoutStop(text: string): string {
  return text.replace(/\.$/, '');
}
