import { duration, plural, type ListedClaim, type RemoteStore } from 'chargen-core';
import { z } from 'chargen-core/zod';
import { CliError } from '../cli/cli-error.js';
import { confirmed } from '../cli/confirm.js';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { jsonText } from '../output/json.js';
import { environmentOf } from '../run/profile.js';
import { sharedStoreOf } from '../workspace/open-results.js';
import { openWorkspace } from '../workspace/open-workspace.js';

const optionsSchema = z.object({ break: z.string().optional(), yes: z.boolean().default(false) });

/** The claims of one machine on one item: at its key, and at what was asked for. */
interface ItemClaims {
  readonly what: string;
  readonly claims: readonly ListedClaim[];
}

export async function run(call: CommandCall): Promise<ExitCode> {
  const { options, globals, io } = call;
  const { break: wanted, yes } = optionsSchema.parse(options);
  const { workspaceRoot } = await openWorkspace(globals);
  const remote = sharedStoreOf(environmentOf(workspaceRoot, globals.profile, io.env));
  const listed = await remote.claims();
  if (listed.kind !== 'listed') {
    throw new CliError(
      `The shared store ${remote.name} cannot be used: ${listed.why}.`,
      EXIT.unavailable,
      'unavailable',
    );
  }
  const items = byItem(listed.found);
  if (wanted !== undefined) return breakClaims(call, remote, items, wanted, yes);
  if (globals.json) {
    await io.out(jsonText({ store: remote.name, claims: listed.found }));
    return EXIT.done;
  }
  for (const item of items) await io.out(`${describe(item)}\n`);
  await io.out(
    items.length === 0
      ? `Nothing is claimed in ${remote.name}.\n`
      : `${plural(items.length, 'item')} claimed in ${remote.name}. If a machine never comes back: chargen store claims --break <item>\n`,
  );
  return EXIT.done;
}

async function breakClaims(
  { globals, io }: CommandCall,
  remote: RemoteStore,
  items: readonly ItemClaims[],
  wanted: string,
  yes: boolean,
): Promise<ExitCode> {
  const chosen = items.filter((item) => isMeant(item, wanted));
  if (chosen.length === 0) {
    throw new CliError(`No claim is on "${wanted}". To see them: chargen store claims`);
  }
  for (const item of chosen) io.err(`${describe(item)}\n`);
  io.err(
    `Google may work on ${chosen.length === 1 ? 'it' : 'them'} for that machine: then ${plural(chosen.length, 'picture or analysis', 'pictures or analyses')} ` +
      'will be paid for twice, by it and by the next machine that asks. If the machine can be used, run there: chargen collect\n',
  );
  if (!yes) {
    if (!io.interactive || globals.json) {
      throw new CliError('Nothing was done: it may pay twice, so a script must add --yes.');
    }
    if (!(await confirmed('Break the claims?', false))) return EXIT.done;
  }
  const claims = chosen.flatMap((item) => item.claims);
  for (const { key, holder } of claims) await remote.release([key], holder);
  const after = await remote.claims();
  const left = after.kind === 'listed' ? after.found : claims;
  const isBroken = claims.every(
    ({ key, holder }) => !left.some((one) => one.key === key && one.holder.id === holder.id),
  );
  if (!isBroken) {
    throw new CliError(
      `Not every claim could be broken in ${remote.name}; may this machine write there?`,
      EXIT.unavailable,
      'unavailable',
    );
  }
  if (globals.json) await io.out(jsonText({ broken: claims }));
  else await io.out(`${plural(chosen.length, 'item')} free.\n`);
  return EXIT.done;
}

function byItem(claims: readonly ListedClaim[]): ItemClaims[] {
  const items = new Map<string, ListedClaim[]>();
  for (const claim of claims) {
    const what = nameOf(claim);
    const id = `${claim.holder.id} ${what}`;
    items.set(id, [...(items.get(id) ?? []), claim]);
  }
  return [...items.values()]
    .map((list): ItemClaims => ({ what: list[0] === undefined ? '' : nameOf(list[0]), claims: list }))
    .sort((a, b) => (a.what < b.what ? -1 : 1));
}

/** `character/mira/first`; the key if the machine did not say for what. */
function nameOf({ what, key }: ListedClaim): string {
  const name = what.split('@')[0] ?? '';
  return name === '' ? key : name;
}

function isMeant({ what, claims }: ItemClaims, wanted: string): boolean {
  const isKey = /^[0-9a-f]{8,64}$/.test(wanted) && claims.some(({ key }) => key.startsWith(wanted));
  return what === wanted || what.endsWith(`/${wanted}`) || isKey;
}

function describe({ what, claims }: ItemClaims): string {
  const [first] = claims;
  if (first === undefined) return what;
  const until = Math.max(...claims.map((one) => one.until));
  const since = first.since === undefined ? '' : `, for ${duration(Math.max(0, Date.now() - first.since))}`;
  return `${what}  ${first.holder.label}${since}, until ${new Date(until).toISOString()} at the latest`;
}
