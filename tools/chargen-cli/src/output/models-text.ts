import type { ListedModel, ModelDifference } from 'chargen-core';
import type { Io } from '../cli/io.js';

/** A model in a few lines, each short enough for a narrow terminal. */
export function modelText(model: ListedModel, io: Pick<Io, 'paint'>): string {
  const { id, options, for: purpose, aspectRatios, maxReferences, pictures, priceChanges } = model;
  const named = options.length === 0 ? '' : `  (${options.join(', ')})`;
  const shapes = purpose === 'pictures' ? `, ${aspectRatios.length} shapes` : '';
  return [
    `${io.paint('bold', id)}${named}`,
    ...endLines(model),
    `  ${purpose}${shapes}, shows up to ${maxReferences} pictures`,
    `  ${BATCH_WORDS[model.batch]}`,
    ...pictures.map(
      ({ size, fullUsd, batchUsd }) =>
        `  ${size.padEnd(3)}  ${usd(fullUsd)} at once, ${usd(batchUsd)} in a batch`,
    ),
    ...tokenLines(model),
    ...priceChanges.map(
      ({ from, inputUsd, outputUsd }) => `  from ${from ?? ''}: ${perMillion(inputUsd, outputUsd)}`,
    ),
    ...sourceLines(model).map((line) => io.paint('dim', `  ${line}`)),
    '',
  ].join('\n');
}

const BATCH_WORDS = {
  yes: 'takes batches',
  no: 'takes no batches: chargen now',
  unknown: 'not known to take batches; a run asks first',
} as const;

function endLines({ status, endsOn, successors }: ListedModel): string[] {
  if (status === 'living') return [];
  const when =
    status === 'ends' ? `ends on ${endsOn ?? ''}` : `retired${endsOn === null ? '' : ` since ${endsOn}`}`;
  return [`  ${when}; successors: ${successors.join(', ')}`];
}

function usd(value: number | null): string {
  return value === null ? 'price unknown' : `$${value.toFixed(3)}`;
}

function tokenLines({ price }: ListedModel): string[] {
  return [price === null ? '  price unknown' : `  ${perMillion(price.inputUsd, price.outputUsd)}`];
}

function perMillion(input: number, output: number): string {
  return `$${input.toFixed(2)} in, $${output.toFixed(2)} out for a million tokens at once`;
}

/** Each page once, with the facts that were read there. */
function sourceLines({ sources }: ListedModel): string[] {
  const pages = new Map<string, string[]>();
  for (const { fact, url, read, note } of sources) {
    const page = `${read === '' ? '' : `${read} `}${url}${note === undefined ? '' : ` (${note})`}`;
    pages.set(page, [...(pages.get(page) ?? []), fact]);
  }
  return [...pages].map(([page, facts]) => `${facts.join(', ')}: ${page}`);
}

export function differenceText(difference: ModelDifference): string {
  const { id } = difference;
  switch (difference.kind) {
    case 'not-served':
      return `${id} is not served to this key.`;
    case 'still-served':
      return `${id} is retired by its date, and still served; the option allowRetired asks for it.`;
    case 'batch':
      return `${id} ${difference.served === 'yes' ? 'takes' : 'does not take'} batches.`;
    case 'not-listed': {
      const batches = { yes: 'takes batches', no: 'takes no batches', unknown: 'batches unknown' }[
        difference.batch
      ];
      return `${id} is not listed (${batches}); describe it in the option models of nx.json to have its price counted.`;
    }
  }
}
