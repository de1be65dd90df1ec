import { readFile, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { GeminiDoor } from '../src/index.js';
import { KNOWN_RESULT_LINE, unknownFields } from '../src/gemini/known-fields.js';
import {
  batchOperation,
  fileResource,
  modelResource,
  toServedModel,
  toSnapshot,
  toUploadedFile,
} from '../src/gemini/wire.js';
import { readResultLine } from '../src/run/collect/answer.js';
import { doorWith, withWorld } from './support/run-world.js';

const paths = (found: readonly { readonly at: string }[]): string[] => found.map(({ at }) => at);
const ofLine = (line: unknown): string[] => {
  const read = readResultLine(JSON.stringify(line));
  return read.kind === 'answer' ? paths(read.unknown) : ['broken'];
};
const ofJob = (job: unknown): string[] => paths(toSnapshot(batchOperation.parse(job)).unknown);
const ofFile = (file: unknown): string[] => paths(toUploadedFile(fileResource.parse(file)).unknown);
const ofModel = (model: unknown): string[] => paths(toServedModel(modelResource.parse(model)).unknown);

const TYPE = 'type.googleapis.com/google.ai.generativelanguage.v1main';
const JOB = 'batches/leg9wy9p5df66syjxke2eq4xfjqcwp47ejv3';
const RESULTS = 'files/batch-leg9wy9p5df66syjxke2eq4xfjqcwp47ejv3';

/** A job as public recordings of 2025 and 2026 hold it. */
const job = (more: object, top: object = {}) => ({
  name: JOB,
  metadata: {
    '@type': `${TYPE}.GenerateContentBatch`,
    model: 'models/gemini-2.5-flash',
    displayName: 'my batch name',
    inputConfig: { fileName: 'files/frh6ua11nk3o' },
    createTime: '2026-01-06T11:09:11.943530657Z',
    updateTime: '2026-01-06T11:10:19.736868797Z',
    name: JOB,
    ...more,
  },
  ...top,
});

const RECORDED_JOBS = [
  job({ batchStats: { requestCount: '2', pendingRequestCount: '2' }, state: 'BATCH_STATE_PENDING' }),
  job({ batchStats: { requestCount: '3', pendingRequestCount: '3' }, state: 'BATCH_STATE_RUNNING' }),
  job(
    {
      output: { responsesFile: RESULTS },
      endTime: '2026-01-06T11:10:19.736868930Z',
      batchStats: { requestCount: '2', successfulRequestCount: '1', failedRequestCount: '1' },
      state: 'BATCH_STATE_SUCCEEDED',
    },
    { done: true, response: { '@type': `${TYPE}.GenerateContentBatchOutput`, responsesFile: RESULTS } },
  ),
  job(
    { output: { inlinedResponses: { inlinedResponses: [{ response: {}, metadata: { key: 'a' } }] } } },
    { done: true, response: { inlinedResponses: { inlinedResponses: [{ response: {} }] } } },
  ),
  job({ state: 'BATCH_STATE_CANCELLED' }, { done: true, error: { code: 13, message: 'cancelled' } }),
];

const usage = {
  promptTokenCount: 615,
  candidatesTokenCount: 2478,
  thoughtsTokenCount: 208,
  totalTokenCount: 3301,
  promptTokensDetails: [
    { modality: 'TEXT', tokenCount: 99 },
    { modality: 'IMAGE', tokenCount: 516 },
  ],
  candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 2240 }],
};
const picture = { inlineData: { mimeType: 'image/jpeg', data: '/9j/4AAQ' } };
const candidate = (content: unknown, more: object = {}) => ({
  candidates: [{ ...(content === undefined ? {} : { content }), index: 0, ...more }],
});

const RECORDED_ANSWERS = [
  {
    ...candidate(
      { role: 'model', parts: [{ text: '{}' }, { thoughtSignature: 'El4KXAERTTIP' }] },
      { finishReason: 'STOP' },
    ),
    usageMetadata: { promptTokenCount: 1427, candidatesTokenCount: 144, totalTokenCount: 1571 },
    modelVersion: 'gemini-3.5-flash-lite',
    responseId: 'CV-Haon5MNuA_PUP95Gg2Q4',
  },
  {
    ...candidate({ role: 'model', parts: [{ ...picture, thoughtSignature: 'x' }, picture] }),
    usageMetadata: usage,
    modelVersion: 'gemini-3-pro-image',
    responseId: 'x',
  },
  // Recorded by the tests of Google's SDK, whose project is told one field more.
  {
    ...candidate({ role: 'model', parts: [picture] }),
    turnToken: 'v1:ChdtUzc3',
    modelVersion: 'gemini-2.0-flash-preview-image-generation',
    responseId: 'mS77aIOaD5qFvr0P1b_T4AY',
    usageMetadata: usage,
  },
  candidate({}, { finishReason: 'IMAGE_OTHER', finishMessage: 'Unable to show the generated image.' }),
  candidate(undefined, { finishReason: 'IMAGE_OTHER' }),
  candidate({ role: 'model' }, { finishReason: 'MAX_TOKENS' }),
  candidate({ parts: null }, { finishReason: 'IMAGE_SAFETY' }),
  {
    promptFeedback: { blockReason: 'PROHIBITED_CONTENT' },
    usageMetadata: { promptTokenCount: 10, totalTokenCount: 10 },
  },
];

const FILE = {
  name: 'files/t5snrshrqff1',
  mimeType: 'jsonl',
  sizeBytes: '202',
  createTime: '2025-09-10T13:37:39.328452Z',
  updateTime: '2025-09-10T13:37:39.328452Z',
  expirationTime: '2025-09-12T13:37:39.053649Z',
  sha256Hash: 'NTk3Yjk2ZTVjN2Q',
  uri: 'https://generativelanguage.googleapis.com/v1beta/files/t5snrshrqff1',
  state: 'ACTIVE',
  source: 'UPLOADED',
};

/** Of a model no answer is recorded: the fields of the reference and of the types of the SDK. */
const MODEL = {
  name: 'models/gemini-3-pro-image',
  baseModelId: 'gemini-3-pro-image',
  version: '3.0',
  displayName: 'Nano Banana Pro',
  description: 'Pictures',
  inputTokenLimit: 131072,
  outputTokenLimit: 32768,
  supportedGenerationMethods: ['generateContent', 'countTokens', 'batchGenerateContent'],
  temperature: 1,
  maxTemperature: 2,
  topP: 0.95,
  topK: 64,
  thinking: true,
};

it('finds nothing unknown in what is recorded of the service', () => {
  expect(RECORDED_JOBS.flatMap(ofJob)).toEqual([]);
  for (const response of RECORDED_ANSWERS) expect(ofLine({ response, key: 'a' })).toEqual([]);
  const errors = [{ code: 1 }, { code: 13, message: 'internal', details: [{ '@type': 'x' }] }];
  for (const error of errors) {
    expect(ofLine({ key: 'a', error })).toEqual([]);
    expect(ofLine({ key: 'a', status: error })).toEqual([]);
  }
  expect(ofFile(FILE)).toEqual([]);
  expect(ofModel(MODEL)).toEqual([]);
});

it('names each unknown field of a line, a job, a file and a model by its place', () => {
  const response = { ...RECORDED_ANSWERS[1], sparkle: 1, usageMetadata: { ...usage, glitterTokens: 2 } };
  expect(ofLine({ key: 'a', response, glow: {} })).toEqual([
    'response.usageMetadata.glitterTokens',
    'response.sparkle',
    'glow',
  ]);
  // A kind of part that is not known, twice in one answer, is one finding.
  const parts = [{ hologram: { data: 'x' } }, picture, { hologram: { data: 'y' } }];
  expect(ofLine({ key: 'a', response: candidate({ parts }) })).toEqual([
    'response.candidates[].content.parts[].hologram',
  ]);
  expect(ofLine({ key: 'a', error: { code: 13, mood: 'bad' } })).toEqual(['error.mood']);
  expect(ofJob(job({ batchStats: { requestCount: '1', skippedRequestCount: '1' } }, { etag: 'x' }))).toEqual([
    'metadata.batchStats.skippedRequestCount',
    'etag',
  ]);
  expect(ofFile({ ...FILE, colour: 'red' })).toEqual(['colour']);
  expect(ofModel({ ...MODEL, mood: 'good' })).toEqual(['mood']);
});

/** Values that no recording has: of any type, with names that objects of JavaScript have themselves. */
const madeUp = fc.oneof(fc.jsonValue(), fc.constantFrom<unknown>(null, 7, [], {}, 'IMAGE_SPARKLE'));
const name = fc.oneof(
  fc.string({ minLength: 1 }).map((text) => `x ${text}`),
  fc.constantFrom('constructor', 'toString', 'hasOwnProperty'),
);

it('reports each made-up field once and as it came, wherever it stands, and reads the rest as ever', () => {
  fc.assert(
    fc.property(name, madeUp, (field, value) => {
      const more = { [field]: value };
      const lines: [string, object][] = [
        [field, { key: 'a', response: RECORDED_ANSWERS[1], ...more }],
        [`response.${field}`, { key: 'a', response: { ...RECORDED_ANSWERS[1], ...more } }],
        [
          `response.candidates[].content.parts[].${field}`,
          { key: 'a', response: candidate({ parts: [more, picture, more] }) },
        ],
      ];
      for (const [at, line] of lines) {
        expect(unknownFields(line, KNOWN_RESULT_LINE)).toEqual([{ at, value }]);
        const read = readResultLine(JSON.stringify(line));
        expect(read).toMatchObject({ answer: { kind: 'picture', base64: picture.inlineData.data } });
      }
      for (const recorded of RECORDED_JOBS) {
        const plain = toSnapshot(batchOperation.parse(recorded));
        const snapshot = toSnapshot(
          batchOperation.parse({ ...recorded, ...more, metadata: { ...recorded.metadata, ...more } }),
        );
        expect(paths(snapshot.unknown).sort()).toEqual([field, `metadata.${field}`].sort());
        expect({ ...snapshot, unknown: [] }).toEqual(plain);
      }
      const file = toUploadedFile(fileResource.parse({ ...FILE, ...more }));
      expect(file).toEqual({ ...toUploadedFile(fileResource.parse(FILE)), unknown: [{ at: field, value }] });
      const model = toServedModel(modelResource.parse({ ...MODEL, ...more }));
      expect(model).toEqual({
        ...toServedModel(modelResource.parse(MODEL)),
        unknown: [{ at: field, value }],
      });
    }),
  );
});

it('is not flooded by an answer of another form', () => {
  const fields = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`x${String(index)}`, index]));
  expect(ofLine({ ...fields, key: 'a' })).toHaveLength(8);
});

/** Adds a field to each answer, as a newer version of the service would. */
function newer(real: GeminiDoor): GeminiDoor {
  const added = (value: unknown) => [{ at: 'sparkle', value }];
  return doorWith(real, {
    uploadFile: async (...args) => ({ ...(await real.uploadFile(...args)), unknown: added('f') }),
    getBatch: async (...args) => {
      const batch = await real.getBatch(...args);
      return batch === undefined ? undefined : { ...batch, unknown: added(`AIza${'x'.repeat(35)}`) };
    },
    findModel: async (...args) => {
      const model = await real.findModel(...args);
      return model === undefined ? undefined : { ...model, unknown: added('m') };
    },
    downloadFile: async (file, path, signal) => {
      const got = await real.downloadFile(file, path, signal);
      const text = await readFile(path, 'utf8');
      await writeFile(path, text.replaceAll('"finishReason"', '"newReason":"x","finishReason"'));
      return got;
    },
  });
}

it('reports unknown fields once in a run, with what to search for, and makes the pictures', () =>
  withWorld({}, async (world) => {
    const { report, events } = await world.generate({ door: newer });
    expect(report.totals).toMatchObject({ failed: 0, refused: 0 });
    expect(report.totals.generated).toBeGreaterThan(3);
    const warnings = events.flatMap((one) => (one.kind === 'warning' ? [one.message] : []));
    expect(warnings.sort()).toEqual([
      expect.stringMatching(
        /^Google describes the file files\/\w+ with the field "sparkle": "f"\. .* Search for: Gemini API files\.get sparkle$/,
      ),
      expect.stringMatching(
        /^Google describes the job batches\/\w+ with the field "sparkle": "AIza\*\*\*"\. .*batches\.get sparkle$/,
      ),
      expect.stringMatching(/^Google describes the model [\w.-]+ with the field "sparkle": "m"\. /),
      expect.stringMatching(
        /^Google's answer to an item has the field "response\.candidates\[\]\.newReason"; it is in results-1\.jsonl as it came\. .*GenerateContentResponse newReason$/,
      ),
    ]);
  }));

it('reports a state of a file that is not known once, and uses the file', () =>
  withWorld({}, async (world) => {
    const shiny = (real: GeminiDoor) =>
      doorWith(real, {
        uploadFile: async (...args) => {
          const file = await real.uploadFile(...args);
          return { ...file, state: 'UNKNOWN' as const, rawState: 'SHINY' };
        },
      });
    const { report, events } = await world.generate({ door: shiny });
    expect(report.totals).toMatchObject({ failed: 0 });
    const warnings = events.flatMap((one) => (one.kind === 'warning' ? [one.message] : []));
    expect(warnings).toEqual([expect.stringMatching(/"SHINY".* Search for: Gemini API files state SHINY$/)]);
  }));

it('reports nothing unknown in a run against the emulator', () =>
  withWorld({}, async (world) => {
    const { events } = await world.generate();
    expect(events.filter((one) => one.kind === 'warning')).toEqual([]);
  }));
