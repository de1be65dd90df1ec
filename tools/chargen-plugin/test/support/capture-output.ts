import { stripVTControlCharacters } from 'node:util';

/** What this process prints from now on, without colours; it is not shown meanwhile. */
export function captureOutput(): { text: () => string; stop: () => void } {
  let text = '';
  const streams = [process.stdout, process.stderr];
  const writes = streams.map((stream) => stream.write.bind(stream));
  for (const stream of streams) {
    stream.write = ((chunk: string | Uint8Array) => {
      text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
      return true;
    }) as typeof stream.write;
  }
  return {
    text: () => stripVTControlCharacters(text),
    stop: () => {
      for (const [n, stream] of streams.entries()) stream.write = writes[n] ?? stream.write;
    },
  };
}
