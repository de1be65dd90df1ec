/**
 * Characters that a field has in real files of each kind, as a median: the fixtures hold a line where an author
 * writes a paragraph, and a prompt of one line says nothing about how much of it is its author's.
 */
const LENGTHS: Readonly<Record<string, number>> = {
  prompt_used: 430,
  prompt: 430,
  prompt_template: 430,
  visual_description: 300,
  scene: 120,
  pose: 50,
  setting: 60,
  appearance: 600,
};
/** Dialects whose scenes are their description. */
const DESCRIBED: Readonly<Record<string, number>> = { ...LENGTHS, description: 420 };

const OF_A_SCENE = [
  'Wet ropes lie in long curves across the planks.',
  'A gull stands on one leg and minds nothing.',
  'Salt has bleached every edge that a hand could reach.',
  'The water is flat and brown, with a line of foam at the posts.',
  'Three baskets are stacked against the wall, the topmost without a lid.',
  'Seen from low down, so that the beams cross overhead.',
  'A narrow strip of far bank closes the picture at the top.',
  'Everything that is not of wood is of iron, and all iron is rusted.',
  'Small figures at the edge give the size of it.',
];
const OF_A_PERSON = [
  'Her eyes are pale and set wide apart above a broken nose.',
  'She wears a tarred jacket over a darned wool jersey, and sea boots turned down at the knee.',
  'In her right hand she holds a boathook with an iron tip.',
  'Deep lines run from her nose to the corners of her mouth.',
  'Her gaze is steady, and hints at a patience that others take for anger.',
  'A burn has puckered the skin of her right wrist.',
  'She stands at the rail with grey water behind her, lit from the left by a low sun.',
];

/** The text of a fixture with its fields as long as real ones; the same for the same `seed`. */
export function asLongAsReal(text: string, seed: number, isDescribed: boolean): string {
  const lengths = isDescribed ? DESCRIBED : LENGTHS;
  const lines = text.split('\n');
  const made: string[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const [, head, field, value] = /^(\s*(?:- )?)(\w+): ?(.*?)\s*$/u.exec(line) ?? [];
    const length = field === undefined ? undefined : lengths[field];
    if (head === undefined || length === undefined || value === undefined || value === '[]' || value === '') {
      made.push(line);
    } else if (/^[|>]/u.test(value)) {
      made.push(line);
      const indent = /^\s*/u.exec(lines[at + 1] ?? '')?.[0] ?? '';
      let block = 0;
      while (at + 1 < lines.length && (lines[at + 1] ?? '').startsWith(indent)) {
        at += 1;
        block += (lines[at] ?? '').length;
        made.push(lines[at] ?? '');
      }
      const more = sentences(OF_A_SCENE, length - block, seed + at);
      if (more !== '') made.push(`${indent}${more}`);
    } else {
      const pool = field === 'appearance' ? OF_A_PERSON : OF_A_SCENE;
      const more = sentences(pool, length - value.length, seed + at);
      const quote = /^(["']).*\1$/u.exec(value)?.[1] ?? '';
      const said = quote === '' ? value : value.slice(1, -1);
      const joined = more === '' ? said : `${said.replace(/[.\s]*$/u, '')}. ${more}`;
      made.push(
        `${line.slice(0, line.length - line.trimStart().length)}${head.trimStart()}${field ?? ''}: ${quote}${joined}${quote}`,
      );
    }
  }
  return made.join('\n');
}

/** Sentences of a pool, one after the other, until there are so many characters. */
function sentences(pool: readonly string[], length: number, seed: number): string {
  const chosen: string[] = [];
  for (let index = 0; chosen.join(' ').length < length; index += 1) {
    chosen.push(pool[(seed + index) % pool.length] ?? '');
  }
  return chosen.join(' ');
}
