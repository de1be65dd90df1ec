import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { GoogleGenAI } from '@google/genai';
import { GoogleGenerativeAI } from '@google/generative-ai';
import { FileState, GoogleAIFileManager } from '@google/generative-ai/server';
import { GoogleGenAI as GoogleGenAI1 } from 'genai-1';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import {
  IMAGE_MODEL,
  makeWorld,
  pictureLine,
  picturesOf,
  resultSchema,
  TEXT_MODEL,
} from './support/world.js';

/** A small real picture. */
const drawing = (): Promise<Buffer> =>
  sharp({ create: { width: 60, height: 40, channels: 3, background: '#c04020' } })
    .png()
    .toBuffer();

const clients = [
  {
    version: '2.32.0',
    make: (baseUrl: string) => new GoogleGenAI({ apiKey: 'k', vertexai: false, httpOptions: { baseUrl } }),
  },
  {
    version: '1.33.0',
    make: (baseUrl: string) => new GoogleGenAI1({ apiKey: 'k', vertexai: false, httpOptions: { baseUrl } }),
  },
] as const;

describe.each(clients)('@google/genai $version', ({ make }) => {
  it('uploads, runs a batch, downloads, and cleans up', async () => {
    const { emulator, folder } = await makeWorld();
    const ai = make(emulator.url);
    const portrait = join(folder, 'portrait.png');
    await writeFile(portrait, await drawing());
    const reference = await ai.files.upload({ file: portrait, config: { displayName: 'portrait' } });
    expect(reference).toMatchObject({ mimeType: 'image/png', displayName: 'portrait', state: 'ACTIVE' });

    const lines = ['a', 'b', 'c'].map((key) => ({
      key,
      request: {
        contents: [
          {
            role: 'user',
            parts: [
              { text: `scene ${key}` },
              { fileData: { fileUri: reference.uri, mimeType: 'image/png' } },
            ],
          },
        ],
        generationConfig: {
          responseModalities: ['IMAGE'],
          imageConfig: { aspectRatio: '21:9', imageSize: '1K' },
        },
      },
    }));
    const input = join(folder, 'input.jsonl');
    await writeFile(input, lines.map((line) => JSON.stringify(line)).join('\n'));
    const src = await ai.files.upload({ file: input, config: { mimeType: 'application/jsonl' } });
    const job = await ai.batches.create({
      model: IMAGE_MODEL,
      src: src.name ?? '',
      config: { displayName: 'run' },
    });
    expect(job.state).toBe('JOB_STATE_PENDING');
    const done = await ai.batches.get({ name: job.name ?? '' });
    expect(done).toMatchObject({
      state: 'JOB_STATE_SUCCEEDED',
      displayName: 'run',
      model: `models/${IMAGE_MODEL}`,
    });

    const file = done.dest?.fileName ?? '';
    const downloadPath = join(folder, 'results.jsonl');
    await ai.files.download({ file, downloadPath });
    const text = await readFile(downloadPath, 'utf8');
    const info = await ai.files.get({ name: file });
    expect(info).toMatchObject({ sizeBytes: String(Buffer.byteLength(text)), source: 'GENERATED' });
    const found = text
      .trim()
      .split('\n')
      .map((line) => resultSchema.parse(JSON.parse(line)));
    expect(found.map(({ key }) => key).sort()).toEqual(['a', 'b', 'c']);
    for (const result of found) {
      const [picture] = picturesOf(result);
      expect(await sharp(picture?.bytes).metadata()).toMatchObject({
        format: 'png',
        width: 1584,
        height: 672,
      });
    }

    const files: string[] = [];
    for await (const one of await ai.files.list({ config: { pageSize: 2 } })) files.push(one.name ?? '');
    expect(files.sort()).toEqual([reference.name, src.name, file].sort());
    const jobs: string[] = [];
    for await (const one of await ai.batches.list({ config: { pageSize: 1 } })) jobs.push(one.name ?? '');
    expect(jobs).toEqual([job.name]);

    await ai.files.delete({ name: reference.name ?? '' });
    await expect(ai.files.get({ name: reference.name ?? '' })).rejects.toThrow(/do not have permission/);
    await expect(ai.files.delete({ name: file })).rejects.toThrow(/cannot be more than 40 characters/);
    await ai.batches.cancel({ name: job.name ?? '' });
    await ai.batches.delete({ name: job.name ?? '' });
    await expect(ai.batches.get({ name: job.name ?? '' })).rejects.toThrow(/not found/);
    expect(
      emulator.ledger
        .billed()
        .map(({ key }) => key)
        .sort(),
    ).toEqual(['a', 'b', 'c']);
  });

  it('runs an inline batch in order, with the metadata of each request', async () => {
    const { emulator } = await makeWorld();
    const ai = make(emulator.url);
    const job = await ai.batches.create({
      model: TEXT_MODEL,
      src: ['x', 'y', 'z'].map((word) => ({
        contents: [{ role: 'user', parts: [{ text: `say ${word}` }] }],
        metadata: { key: word },
      })),
      config: { displayName: 'inline' },
    });
    const done = await ai.batches.get({ name: job.name ?? '' });
    const texts = done.dest?.inlinedResponses?.map(
      (one) => one.response?.candidates?.[0]?.content?.parts?.[0]?.text,
    );
    expect(texts).toHaveLength(3);
    ['x', 'y', 'z'].forEach((word, i) => {
      expect(texts?.[i]).toContain(`say ${word}`);
    });
  });

  it('asks for models, tokens, a text, a stream of text and a picture', async () => {
    const { emulator } = await makeWorld();
    const ai = make(emulator.url);
    const names: string[] = [];
    for await (const model of await ai.models.list({ config: { pageSize: 3 } })) names.push(model.name ?? '');
    expect(names).toContain(`models/${IMAGE_MODEL}`);
    expect(new Set(names).size).toBe(names.length);
    const model = await ai.models.get({ model: IMAGE_MODEL });
    expect(model.supportedActions).toContain('batchGenerateContent');
    const tokens = await ai.models.countTokens({ model: TEXT_MODEL, contents: 'abcdefgh' });
    expect(tokens.totalTokens).toBe(2);
    const said = await ai.models.generateContent({ model: TEXT_MODEL, contents: 'good morning' });
    expect(said.text).toContain('good morning');
    let streamed = '';
    for await (const chunk of await ai.models.generateContentStream({
      model: TEXT_MODEL,
      contents: 'good night',
    })) {
      streamed += chunk.text ?? '';
    }
    expect(streamed).toContain('good night');
    const drawn = await ai.models.generateContent({ model: IMAGE_MODEL, contents: 'a lighthouse' });
    expect(drawn.candidates?.[0]?.content?.parts?.some((part) => part.inlineData !== undefined)).toBe(true);
  });
});

describe('@google/generative-ai 0.24.1', () => {
  it('uploads in one multipart body, lists, gets, generates and deletes', async () => {
    const { emulator, folder } = await makeWorld();
    const manager = new GoogleAIFileManager('k', { baseUrl: emulator.url });
    const bytes = await drawing();
    const path = join(folder, 'drawing.png');
    await writeFile(path, bytes);
    const { file } = await manager.uploadFile(path, { mimeType: 'image/png', displayName: 'a drawing' });
    expect(file).toMatchObject({
      state: FileState.ACTIVE,
      sizeBytes: String(bytes.length),
      displayName: 'a drawing',
    });
    expect((await manager.listFiles()).files.map(({ name }) => name)).toEqual([file.name]);
    expect((await manager.getFile(file.name)).sha256Hash).toBe(file.sha256Hash);

    const model = new GoogleGenerativeAI('k').getGenerativeModel(
      { model: TEXT_MODEL },
      { baseUrl: emulator.url },
    );
    const { response } = await model.generateContent([
      'What is in it?',
      { fileData: { fileUri: file.uri, mimeType: 'image/png' } },
    ]);
    expect(response.text()).toContain('60 by 40 pixels');
    expect((await model.countTokens('abcd')).totalTokens).toBe(1);
    await manager.deleteFile(file.name);
    await expect(manager.getFile(file.name)).rejects.toThrow(/403/);
  });
});

describe('@ai-sdk/google 3.0.141', () => {
  it('generates a text about a picture, an object, a stream and a picture', async () => {
    const { emulator } = await makeWorld();
    const google = createGoogleGenerativeAI({ apiKey: 'k', baseURL: `${emulator.url}/v1beta` });
    const text = google.languageModel(TEXT_MODEL);
    const prompt = [
      {
        role: 'user' as const,
        content: [
          { type: 'text' as const, text: 'Describe it.' },
          { type: 'file' as const, mediaType: 'image/png', data: new Uint8Array(await drawing()) },
        ],
      },
    ];
    const described = await text.doGenerate({ prompt });
    expect(described.content).toMatchObject([
      { type: 'text', text: expect.stringContaining('60 by 40') as string },
    ]);
    expect(described.finishReason).toMatchObject({ unified: 'stop' });

    const object = await text.doGenerate({
      prompt,
      responseFormat: {
        type: 'json',
        schema: { type: 'object', properties: { width: { type: 'integer' } }, required: ['width'] },
      },
    });
    expect(object.content).toMatchObject([{ type: 'text', text: '{"width":60}' }]);

    const { stream } = await text.doStream({
      prompt: [{ role: 'user', content: [{ type: 'text', text: 'hello' }] }],
    });
    let streamed = '';
    for await (const part of stream) if (part.type === 'text-delta') streamed += part.delta;
    expect(streamed).toContain('hello');

    const picture = await google.languageModel(IMAGE_MODEL).doGenerate({
      prompt: [{ role: 'user', content: [{ type: 'text', text: 'a boat' }] }],
      providerOptions: { google: { responseModalities: ['IMAGE'], imageConfig: { aspectRatio: '16:9' } } },
    });
    const file = picture.content.find((part) => part.type === 'file');
    expect(file?.mediaType).toBe('image/png');
    const bytes = Buffer.from(typeof file?.data === 'string' ? file.data : '', 'base64');
    expect(await sharp(bytes).metadata()).toMatchObject({ width: 1376, height: 768 });
  });
});

describe('any client', () => {
  it('gets the same picture, byte for byte, for the same request in another emulator', async () => {
    const once = await makeWorld({ seed: 1 });
    const again = await makeWorld({ seed: 2 });
    const draw = async ({ ai }: typeof once): Promise<string> => {
      const { contents, generationConfig } = pictureLine('k', 'a brass fox').request as {
        contents: object[];
        generationConfig: object;
      };
      const answer = await ai.models.generateContent({
        model: IMAGE_MODEL,
        contents,
        config: generationConfig,
      });
      return answer.candidates?.[0]?.content?.parts?.[0]?.inlineData?.data ?? '';
    };
    const picture = await draw(once);
    expect(picture.length).toBeGreaterThan(1000);
    expect(await draw(again)).toBe(picture);
  });
});
