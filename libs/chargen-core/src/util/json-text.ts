import stringWidth from 'fast-string-width';
import { asJson, type Json } from './canonical-json.js';

/** Prettier's default line length. */
const COLUMNS = 80;

type JsonObject = Readonly<Record<string, Json>>;

/**
 * The text of a JSON file in an author's folder, as Prettier writes JSON by default: a formatter run changes no byte of
 * it, and Nx has no reason to bring its own bytes back.
 */
export function jsonText(value: unknown): string {
  return `${textOf(asJson(value), 0, 0)}\n`;
}

/** `indent`: columns before the lines of its members. `used`: columns taken on its first line, a comma behind it included. */
function textOf(value: Json, indent: number, used: number): string {
  if (isList(value)) return listText(value, indent, used);
  if (!isObject(value)) return flatText(value);
  const inner = indent + 2;
  const members = Object.entries(value);
  const texts = members.map(([name, member], n) => {
    const start = `${' '.repeat(inner)}${JSON.stringify(name)}: `;
    return start + textOf(member, inner, stringWidth(start) + commaOf(n, members));
  });
  return texts.length === 0 ? '{}' : `{\n${texts.join(',\n')}\n${' '.repeat(indent)}}`;
}

/** On one line if it fits and holds nothing that takes more lines. */
function listText(list: readonly Json[], indent: number, used: number): string {
  const flat = breaks(list) ? undefined : flatText(list);
  if (flat !== undefined && used + stringWidth(flat) <= COLUMNS) return flat;
  const inner = indent + 2;
  const margin = ' '.repeat(inner);
  const lines =
    list.length > 1 && list.every((one) => typeof one === 'number')
      ? filled(list.map(flatText), inner).map((line) => margin + line)
      : list.map((one, n) => margin + textOf(one, inner, inner + commaOf(n, list)));
  return `[\n${lines.join(',\n')}\n${' '.repeat(indent)}]`;
}

function commaOf(n: number, list: readonly unknown[]): number {
  return n < list.length - 1 ? 1 : 0;
}

/** An object with members takes lines of its own, and so do several lists of several members. */
function breaks(value: Json): boolean {
  if (isObject(value)) return Object.keys(value).length > 0;
  if (!isList(value)) return false;
  const areLists = value.length > 1 && value.every((one) => isList(one) && one.length > 1);
  return areLists || value.some(breaks);
}

function flatText(value: Json): string {
  if (isList(value)) return `[${value.map(flatText).join(', ')}]`;
  return typeof value === 'number' ? JSON.stringify(value).replace('e+', 'e') : JSON.stringify(value);
}

/** As many numbers on a line as fit, each with its comma. */
function filled(numbers: readonly string[], indent: number): string[] {
  const lines: string[] = [];
  for (const [n, number] of numbers.entries()) {
    const last = lines.at(-1);
    const joined = last === undefined ? undefined : `${last}, ${number}`;
    if (joined !== undefined && indent + joined.length + commaOf(n, numbers) <= COLUMNS) {
      lines[lines.length - 1] = joined;
    } else lines.push(number);
  }
  return lines;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !isList(value);
}
