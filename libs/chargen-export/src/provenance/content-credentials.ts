import { decode, type TagDecoder } from 'cborg';
import { z } from 'zod';
import { c2paBytes, type OriginalFormat } from './c2pa-bytes.js';
import { jumbfBoxes, type JumbfBox } from './jumbf.js';

/** What the active C2PA manifest of an original states. It is read and not verified: no signature is checked. */
const contentCredentialsSchema = z.object({
  /** The program that made the claim, as it names itself. */
  claimGenerator: z.string().nullable(),
  /** What was done to the picture, first to last. */
  actions: z.array(
    z.object({
      /** `c2pa.created` */
      action: z.string(),
      digitalSourceType: z.string().optional(),
      softwareAgent: z.string().optional(),
      description: z.string().optional(),
    }),
  ),
  /** The labels of all that the manifest asserts. */
  assertions: z.array(z.string()),
  /** How many manifests there are; all but one are of what it was made from. */
  manifests: z.number().int(),
  isSigned: z.boolean(),
});
export type ContentCredentials = z.infer<typeof contentCredentialsSchema>;

export type CredentialsOutcome =
  | { readonly kind: 'absent' }
  | { readonly kind: 'present'; readonly credentials: ContentCredentials }
  /** There is a manifest that this code cannot read. */
  | { readonly kind: 'unreadable'; readonly why: string };

export function readContentCredentials(bytes: Uint8Array, format: OriginalFormat): CredentialsOutcome {
  const store = c2paBytes(bytes, format);
  if (store === undefined) return { kind: 'absent' };
  try {
    return credentialsOf(store);
  } catch (error) {
    return { kind: 'unreadable', why: error instanceof Error ? error.message : String(error) };
  }
}

type Superbox = Extract<JumbfBox, { kind: 'superbox' }>;

function credentialsOf(store: Uint8Array): CredentialsOutcome {
  const manifests = named(jumbfBoxes(store), /^c2pa$/).flatMap(({ boxes }) => named(boxes, /./));
  // The last one is the active one: C2PA specification, "Manifest store".
  const active = manifests.at(-1);
  if (active === undefined) return { kind: 'unreadable', why: 'it holds no manifest' };
  const claim = claimSchema.parse(contentOf(named(active.boxes, /^c2pa\.claim(?:\.v\d+)?$/)[0]) ?? {});
  const assertions = named(active.boxes, /^c2pa\.assertions$/).flatMap(({ boxes }) => named(boxes, /./));
  const actions = assertions
    .filter(({ label }) => /^c2pa\.actions(?:\.v\d+)?(?:__\d+)?$/.test(label))
    .flatMap((box) => actionsSchema.parse(contentOf(box)).actions);
  return {
    kind: 'present',
    credentials: {
      claimGenerator: claim.claim_generator ?? generatorOf(claim.claim_generator_info) ?? null,
      actions: actions.map(({ action, digitalSourceType, softwareAgent, description }) => {
        const agent = typeof softwareAgent === 'string' ? softwareAgent : generatorOf(softwareAgent);
        return {
          action,
          ...(digitalSourceType === undefined ? {} : { digitalSourceType }),
          ...(agent === undefined ? {} : { softwareAgent: agent }),
          ...(description === undefined ? {} : { description }),
        };
      }),
      assertions: assertions.map(({ label }) => label),
      manifests: manifests.length,
      isSigned: named(active.boxes, /^c2pa\.signature$/).length > 0,
    },
  };
}

const generatorSchema = z.looseObject({ name: z.string(), version: z.string().optional() });
const claimSchema = z.looseObject({
  claim_generator: z.string().optional(),
  /** A list in version 1, one in version 2. */
  claim_generator_info: z.union([generatorSchema, z.array(generatorSchema)]).optional(),
});
const actionsSchema = z.looseObject({
  actions: z.array(
    z.looseObject({
      action: z.string(),
      digitalSourceType: z.string().optional(),
      softwareAgent: z.union([z.string(), generatorSchema]).optional(),
      description: z.string().optional(),
    }),
  ),
});

function generatorOf(
  info: z.infer<typeof generatorSchema> | z.infer<typeof generatorSchema>[] | undefined,
): string | undefined {
  const first = Array.isArray(info) ? info[0] : info;
  return first && [first.name, first.version].filter((part) => part !== undefined).join(' ');
}

function named(boxes: readonly JumbfBox[], label: RegExp): Superbox[] {
  return boxes.flatMap((box) => (box.kind === 'superbox' && label.test(box.label) ? [box] : []));
}

/** Times, URIs and UUIDs are tagged; what they wrap is all that is shown. */
const unwrap: TagDecoder = (inner) => inner();
const TAGS = { 0: unwrap, 1: unwrap, 18: unwrap, 32: unwrap, 37: unwrap };

function contentOf(box: Superbox | undefined): unknown {
  for (const inner of box?.boxes ?? []) {
    if (inner.kind !== 'data') continue;
    if (inner.type === 'cbor') return decode(inner.data, { tags: TAGS });
    if (inner.type === 'json') return JSON.parse(Buffer.from(inner.data).toString('utf8'));
  }
  return undefined;
}
