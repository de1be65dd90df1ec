import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GoogleGenAI, type BatchJob } from '@google/genai';
import { onTestFinished } from 'vitest';
import * as z from 'zod';
import { startEmulator, type Emulator, type EmulatorOptions } from '../../src/index.js';

/** An emulator, a client of it, and a folder; all gone when the test ends. */
export interface World {
  readonly emulator: Emulator;
  readonly ai: GoogleGenAI;
  readonly folder: string;
}

/**
 * Cleans up when the running test ends, the latest first. A hook of this file would not do: files of tests share it,
 * and it would be that of the first of them alone.
 */
export function onEnd(cleanUp: () => Promise<void>): void {
  onTestFinished(cleanUp);
}

export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'emulator-test-'));
  onEnd(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export function client(url: string, apiKey = 'a key'): GoogleGenAI {
  return new GoogleGenAI({ apiKey, vertexai: false, httpOptions: { baseUrl: url } });
}

export async function makeWorld(options: EmulatorOptions = {}): Promise<World> {
  const emulator = await startEmulator({ seed: 7, ...options });
  onEnd(() => emulator.close());
  return { emulator, ai: client(emulator.url), folder: await makeFolder() };
}

export const IMAGE_MODEL = 'gemini-3-pro-image';
export const TEXT_MODEL = 'gemini-3.5-flash-lite';

export interface Line {
  readonly key: string;
  readonly request: object;
}

/** A line that asks for a picture. */
export function pictureLine(key: string, prompt = `the picture ${key}`, imageConfig: object = {}): Line {
  return {
    key,
    request: {
      contents: [{ role: 'user', parts: [{ text: prompt }] }],
      generationConfig: {
        responseModalities: ['IMAGE'],
        imageConfig: { aspectRatio: '1:1', ...imageConfig },
      },
    },
  };
}

export function textLine(key: string, prompt = `say ${key}`, generationConfig: object = {}): Line {
  return { key, request: { contents: [{ role: 'user', parts: [{ text: prompt }] }], generationConfig } };
}

export async function uploadLines({ ai, folder }: World, lines: readonly Line[]): Promise<string> {
  const path = join(folder, `input-${String(Math.random()).slice(2)}.jsonl`);
  await writeFile(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const file = await ai.files.upload({ file: path, config: { mimeType: 'application/jsonl' } });
  return file.name ?? '';
}

export async function createJob(
  world: World,
  lines: readonly Line[],
  { model = IMAGE_MODEL, displayName = 'a run' }: { model?: string; displayName?: string } = {},
): Promise<BatchJob & { name: string }> {
  const src = await uploadLines(world, lines);
  const job = await world.ai.batches.create({ model, src, config: { displayName } });
  return { ...job, name: job.name ?? '' };
}

const partSchema = z.looseObject({
  text: z.string().optional(),
  thoughtSignature: z.string().optional(),
  inlineData: z.object({ mimeType: z.string(), data: z.string() }).optional(),
});

export const responseSchema = z.looseObject({
  candidates: z
    .array(
      z.looseObject({
        content: z.looseObject({ parts: z.array(partSchema).nullish() }).optional(),
        finishReason: z.string(),
        finishMessage: z.string().optional(),
      }),
    )
    .optional(),
  promptFeedback: z.looseObject({ blockReason: z.string() }).optional(),
  usageMetadata: z.looseObject({ totalTokenCount: z.number() }),
});

export const resultSchema = z.looseObject({
  key: z.string().optional(),
  response: responseSchema.optional(),
  error: z.looseObject({ code: z.number(), message: z.string().optional() }).optional(),
});
export type Result = z.infer<typeof resultSchema>;

/** The lines of a finished job's result file, fetched by the SDK. */
export async function resultText(world: World, name: string): Promise<string> {
  const job = await world.ai.batches.get({ name });
  const fileName = job.dest?.fileName;
  if (fileName === undefined) throw new Error(`the job has no results, it is ${String(job.state)}`);
  const path = join(world.folder, `results-${String(Math.random()).slice(2)}.jsonl`);
  await world.ai.files.download({ file: fileName, downloadPath: path });
  return readFile(path, 'utf8');
}

export async function results(world: World, name: string): Promise<Result[]> {
  const text = await resultText(world, name);
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => resultSchema.parse(JSON.parse(line)));
}

/** Runs a batch of one model from upload to results. */
export async function runBatch(
  world: World,
  lines: readonly Line[],
  options: { model?: string; displayName?: string } = {},
): Promise<Result[]> {
  return results(world, (await createJob(world, lines, options)).name);
}

/** The pictures of a result, in order. */
export function picturesOf(
  result: Result | undefined,
): { mimeType: string; bytes: Buffer; draft: boolean }[] {
  return (result?.response?.candidates?.[0]?.content?.parts ?? []).flatMap((part) =>
    part.inlineData === undefined
      ? []
      : [
          {
            mimeType: part.inlineData.mimeType,
            bytes: Buffer.from(part.inlineData.data, 'base64'),
            draft: part.thoughtSignature !== undefined,
          },
        ],
  );
}

/** What a promise is refused with; fails when it is not. */
export async function rejection(promise: Promise<unknown>): Promise<Error & { status?: number }> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
    throw new Error('the promise was rejected with something that is no error', { cause: error });
  }
  throw new Error('the promise was expected to be rejected');
}
