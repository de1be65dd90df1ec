import * as z from 'zod';
import { MOST_DRAFTS, ROUTE_NAMES, type FaultRule } from './types.js';

const share = z.number().min(0).max(1);
const moment = z.enum(['before', 'after']);

const faultSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('http-error'),
    status: z.int().min(400).max(599),
    message: z.string().exactOptional(),
    retryDelay: z.string().exactOptional(),
    quotaId: z.string().exactOptional(),
    quotaValue: z.string().exactOptional(),
    reason: z.string().exactOptional(),
    when: moment.exactOptional(),
  }),
  z.strictObject({ kind: z.literal('slow'), ms: z.number().min(0) }),
  z.strictObject({ kind: z.literal('drop'), when: moment }),
  z.strictObject({
    kind: z.literal('error-in-200'),
    code: z.int().exactOptional(),
    message: z.string().exactOptional(),
  }),
  z.strictObject({ kind: z.literal('not-json'), status: z.int(), body: z.string().exactOptional() }),
  z.strictObject({ kind: z.literal('cut-body'), share: share.exactOptional() }),
  z.strictObject({ kind: z.literal('truncated-body'), share: share.exactOptional() }),
  z.strictObject({ kind: z.literal('model-closed'), successor: z.string().exactOptional() }),
  z.strictObject({ kind: z.literal('storage-full') }),
  z.strictObject({ kind: z.literal('queued-token-limit') }),
  z.strictObject({ kind: z.literal('too-many-jobs') }),
  z.strictObject({ kind: z.literal('file-processing'), ms: z.number().min(0) }),
  z.strictObject({ kind: z.literal('file-failed'), message: z.string().exactOptional() }),
  z.strictObject({ kind: z.literal('late-output'), polls: z.int().min(1) }),
  z.strictObject({ kind: z.literal('stuck-pending') }),
  z.strictObject({
    kind: z.literal('job-failed'),
    code: z.int().exactOptional(),
    message: z.string().exactOptional(),
  }),
  z.strictObject({ kind: z.literal('job-expired') }),
  z.strictObject({ kind: z.literal('job-cancelled'), served: share.exactOptional() }),
  z.strictObject({
    kind: z.literal('refuse'),
    finishReason: z.string(),
    finishMessage: z.string().exactOptional(),
    shape: z.enum(['empty-content', 'no-content', 'role-only', 'null-parts']).exactOptional(),
  }),
  z.strictObject({ kind: z.literal('prompt-blocked'), blockReason: z.string().exactOptional() }),
  z.strictObject({
    kind: z.literal('item-error'),
    code: z.int(),
    message: z.string().nullable().exactOptional(),
  }),
  z.strictObject({ kind: z.literal('max-tokens') }),
  z.strictObject({ kind: z.literal('drafts'), count: z.int().min(1).max(MOST_DRAFTS) }),
  z.strictObject({ kind: z.literal('text-only'), finishReason: z.string().exactOptional() }),
  z.strictObject({ kind: z.literal('wrong-aspect'), aspectRatio: z.string().exactOptional() }),
  z.strictObject({
    kind: z.literal('schema-garbage'),
    style: z.enum(['not-json', 'wrong-shape', 'loop']).exactOptional(),
  }),
  z.strictObject({ kind: z.literal('line-missing') }),
  z.strictObject({ kind: z.literal('line-doubled') }),
  z.strictObject({ kind: z.literal('line-unknown-key') }),
  z.strictObject({ kind: z.literal('line-garbled') }),
]);

const routeSchema = z.enum(ROUTE_NAMES);

/** A rule as it comes over the control API. */
export const faultRuleSchema: z.ZodType<FaultRule> = z.strictObject({
  fault: faultSchema,
  match: z
    .strictObject({
      route: z.union([routeSchema, z.array(routeSchema)]).exactOptional(),
      model: z.string().exactOptional(),
      key: z.string().exactOptional(),
      displayName: z.string().exactOptional(),
    })
    .exactOptional(),
  skip: z.int().min(0).exactOptional(),
  times: z.union([z.int().min(1), z.literal('always')]).exactOptional(),
  chance: share.exactOptional(),
});
