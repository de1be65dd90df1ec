import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FaultBook, Occasion } from '../faults/controller.js';
import type { ItemFault } from '../faults/types.js';
import type { FileStore } from '../files/file-store.js';
import type { ModelFacts } from '../models/catalogue.js';
import { seededRandom } from '../random.js';
import { camelFields, isJsonObject, sortedJson, type Json } from '../wire/json.js';
import { generateRequestSchema, type GenerateRequest } from '../wire/requests.js';
import { answer, type Question } from './answer.js';
import { findMarker } from './markers.js';
import { MeasureCache } from './measure.js';
import { promptText } from './prompt.js';
import type { Attachment, ItemResult } from './types.js';

export interface ItemInput {
  readonly owner: string;
  readonly model: ModelFacts;
  readonly version: string;
  readonly key: string | null;
  /** The GenerateContentRequest as it came. */
  readonly request: Json;
  readonly occasion: Occasion;
  /** Seeds what is rolled anew for each answer. */
  readonly seed: string;
}

export interface ItemAnswer {
  readonly result: ItemResult;
  readonly requestHash: string;
  /** The fault that struck, for those that concern the line rather than the answer. */
  readonly fault: ItemFault | undefined;
}

export interface ItemSettings {
  readonly pictureFormat: 'png' | 'jpeg' | 'mixed';
  readonly heavyPictures: boolean;
  readonly seed: number;
  /** How often the state was opened. */
  readonly boot: number;
}

/** Of all emulators of this process, as the same pictures are sent to each. */
const MEASURES = new MeasureCache();

/** Turns raw requests into answers: the same for a line of a batch, an inline request and a direct call. */
export class ItemService {
  private calls = 0;
  private readonly served: Set<string>;
  private readonly servedFile: string;

  constructor(
    private readonly files: FileStore,
    private readonly faults: FaultBook,
    private readonly settings: ItemSettings,
    stateRoot: string,
  ) {
    this.servedFile = join(stateRoot, 'once.txt');
    this.served = new Set(
      existsSync(this.servedFile) ? readFileSync(this.servedFile, 'utf8').split('\n') : [],
    );
  }

  /** A seed that no other direct call has. */
  nextCallSeed(): string {
    this.calls += 1;
    return `boot ${this.settings.boot} call ${this.calls}`;
  }

  async answer(input: ItemInput): Promise<ItemAnswer> {
    const raw = camelFields(input.request);
    const parsed = generateRequestSchema.safeParse(raw);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      const message = `Invalid value at '${(issue?.path ?? []).join('.')}': ${issue?.message ?? 'not valid'}`;
      return {
        result: { kind: 'error', code: 3, message },
        requestHash: hashRequest(input.model.id, raw),
        fault: undefined,
      };
    }
    const request = parsed.data;
    const { attachments, gone, hashes } = this.attachments(input.owner, request);
    const requestHash = hashRequest(input.model.id, withContentHashes(raw, hashes));
    if (gone !== undefined) return { result: gone, requestHash, fault: undefined };
    const fault = this.faults.strikeItem(input.occasion) ?? this.marked(request, input.key ?? requestHash);
    const result = await answerOrFail(
      {
        model: input.model,
        version: input.version,
        key: input.key,
        request,
        requestHash,
        attachments,
        fault,
        pictureFormat: this.settings.pictureFormat,
        heavyPictures: this.settings.heavyPictures,
        random: seededRandom(this.settings.seed, input.seed),
      },
      MEASURES,
    );
    return { result, requestHash, fault };
  }

  private marked(request: GenerateRequest, identity: string): ItemFault | undefined {
    const marker = findMarker(promptText(request));
    if (marker === undefined) return undefined;
    if (!marker.once) return marker.fault;
    const mark = sha256(identity);
    if (this.served.has(mark)) return undefined;
    this.served.add(mark);
    appendFileSync(this.servedFile, `${mark}\n`);
    return marker.fault;
  }

  private attachments(
    owner: string,
    request: GenerateRequest,
  ): { attachments: Attachment[]; gone?: ItemResult; hashes: Map<string, string> } {
    const attachments: Attachment[] = [];
    const hashes = new Map<string, string>();
    for (const part of request.contents.flatMap((content) => content.parts ?? [])) {
      if (part.inlineData !== undefined) {
        const bytes = Buffer.from(part.inlineData.data, 'base64');
        attachments.push({
          mimeType: part.inlineData.mimeType,
          sha256: sha256(bytes),
          read: () => Promise.resolve(bytes),
        });
      } else if (part.fileData !== undefined) {
        const id = /files\/([a-z0-9-]+)$/.exec(part.fileData.fileUri)?.[1] ?? part.fileData.fileUri;
        const file = this.files.find(owner, id);
        if (file === undefined) {
          const message = `You do not have permission to access the File ${id} or it may not exist.`;
          return { attachments, hashes, gone: { kind: 'error', code: 7, message } };
        }
        if (!this.files.isActive(file)) {
          const message = `The File ${id} is not in an ACTIVE state and usage is not allowed.`;
          return { attachments, hashes, gone: { kind: 'error', code: 9, message } };
        }
        hashes.set(part.fileData.fileUri, file.sha256);
        attachments.push({
          mimeType: part.fileData.mimeType ?? file.mimeType,
          sha256: file.sha256,
          read: () => this.files.read(file.id),
        });
      }
    }
    return { attachments, hashes };
  }
}

/** One item that the emulator itself stumbles over is an error of that item: its job must still come to an end. */
async function answerOrFail(question: Question, measures: MeasureCache): Promise<ItemResult> {
  try {
    return await answer(question, measures);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: 'error', code: 13, message: `gemini-emulator failed: ${reason}` };
  }
}

function hashRequest(model: string, request: Json): string {
  const hash = createHash('sha256').update(`${model}\n`);
  for (const piece of sortedJson(request)) hash.update(piece);
  return hash.digest('hex');
}

/** The request with each uploaded file named by its bytes: file ids differ from upload to upload. */
function withContentHashes(value: Json, hashes: ReadonlyMap<string, string>): Json {
  if (typeof value === 'string') return value;
  if (isJsonObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => {
        const hash = key === 'fileUri' && typeof inner === 'string' ? hashes.get(inner) : undefined;
        return [key, hash === undefined ? withContentHashes(inner, hashes) : `sha256:${hash}`];
      }),
    );
  }
  if (typeof value === 'object' && value !== null)
    return value.map((inner) => withContentHashes(inner, hashes));
  return value;
}

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
