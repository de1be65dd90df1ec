import type { Json } from '../wire/json.js';
import type { Measured } from './measure.js';

/** What answers draw on: the picture that was sent, and the prompt around it. */
export interface Facts {
  readonly subject: string;
  readonly prompt: string;
  readonly nonce?: string;
  readonly pictures: readonly Measured[];
  /** Words that describe the picture, for choosing among an enum's values. */
  readonly words: readonly string[];
}

export function makeFacts(prompt: string, subject: string, pictures: readonly Measured[]): Facts {
  const nonce = /nonce["'`]?\s*(?:is|:|=)\s*["'`]?([A-Za-z0-9_-]+)/i.exec(prompt)?.[1];
  const first = pictures[0];
  return {
    subject,
    prompt,
    pictures,
    ...(nonce === undefined ? {} : { nonce }),
    words:
      first === undefined
        ? []
        : [
            brightnessWord(first.brightness),
            shapeWord(first),
            temperatureWord(first),
            hueWord(first.colours[0] ?? ''),
          ],
  };
}

type Wanted = 'string' | 'number' | 'boolean';

/** The fact that a property asks for by its name, else by its description; undefined if none does. */
export function factFor(
  facts: Facts,
  path: readonly string[],
  description: string,
  type: Wanted,
): Json | undefined {
  const index = Number(path.at(-1));
  const inList = Number.isInteger(index);
  const name = (inList ? path.at(-2) : path.at(-1)) ?? '';
  const parents = path.slice(0, -1).join(' ');
  for (const asked of [name, parents, description]) {
    const found = asked === '' ? undefined : lookUp(facts, asked.toLowerCase(), type, inList ? index : 0);
    if (found !== undefined) return found;
  }
  return undefined;
}

function lookUp(facts: Facts, asked: string, type: Wanted, index: number): Json | undefined {
  if (/nonce/.test(asked) && type === 'string') return facts.nonce;
  const picture = facts.pictures[0];
  if (picture === undefined) return undefined;
  const words = type === 'string';
  if (/width/.test(asked)) return words ? String(picture.width) : picture.width;
  if (/height/.test(asked)) return words ? String(picture.height) : picture.height;
  if (/aspect|ratio/.test(asked)) {
    return words ? shapeWord(picture) : Math.round((picture.width / picture.height) * 1000) / 1000;
  }
  if (/bright|lumin|light|exposure/.test(asked)) {
    return words ? brightnessWord(picture.brightness) : picture.brightness;
  }
  if (/orientation|shape/.test(asked) && words) return shapeWord(picture);
  if (/temperature|warm/.test(asked) && words) return temperatureWord(picture);
  if (/colou?r|palette|hex|hue/.test(asked) && words) return picture.colours[index % picture.colours.length];
  if (/mime/.test(asked) && words) return `image/${picture.format}`;
  if (/format/.test(asked) && words) return picture.format;
  if (/mood|atmosphere|tone/.test(asked) && words)
    return `${brightnessWord(picture.brightness)}, ${temperatureWord(picture)}`;
  if (/description|caption|summary|alt|title|subject/.test(asked) && words) return describe(picture);
  if (/match|consistent/.test(asked) && type === 'boolean') return true;
  if (/confidence|score|quality|certainty/.test(asked) && !words) return 1;
  return undefined;
}

/** One sentence about a picture, all of it measured. */
export function describe(picture: Measured): string {
  return (
    `A ${brightnessWord(picture.brightness)}, ${temperatureWord(picture)} ${shapeWord(picture)} picture of ` +
    `${picture.width} by ${picture.height} pixels, mostly ${hueWord(picture.colours[0] ?? '')} ` +
    `(${picture.colours.slice(0, 3).join(', ')}).`
  );
}

function brightnessWord(brightness: number): string {
  return brightness < 85 ? 'dark' : brightness < 170 ? 'medium' : 'bright';
}

function shapeWord({ width, height }: Measured): string {
  return width === height ? 'square' : width > height ? 'landscape' : 'portrait';
}

const channels = (hex: string): readonly [number, number, number] => [
  Number.parseInt(hex.slice(1, 3), 16) || 0,
  Number.parseInt(hex.slice(3, 5), 16) || 0,
  Number.parseInt(hex.slice(5, 7), 16) || 0,
];

function temperatureWord(picture: Measured): string {
  let warmth = 0;
  for (const colour of picture.colours) {
    const [r, , b] = channels(colour);
    warmth += r - b;
  }
  return warmth > 60 ? 'warm' : warmth < -60 ? 'cool' : 'neutral';
}

function hueWord(hex: string): string {
  const [r, g, b] = channels(hex);
  const high = Math.max(r, g, b);
  const low = Math.min(r, g, b);
  if (high - low < 24) return high < 60 ? 'black' : high > 200 ? 'white' : 'grey';
  if (high === r) return g > (r * 3) / 4 ? 'yellow' : g > r / 2 ? 'orange' : b > g + 40 ? 'pink' : 'red';
  if (high === g) return 'green';
  return r > g + 20 ? 'purple' : 'blue';
}
