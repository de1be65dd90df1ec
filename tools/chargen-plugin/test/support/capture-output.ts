import { stripVTControlCharacters } from 'node:util';

/** What this process prints from now on, without colours; it is not shown meanwhile. */
export function captureOutput(): { text: () => string; stop: () => void } {
  let text = '';
  const streams = [process.stdout, process.stderr];
  const restore = streams.map((stream) => {
    const write = stream.write.bind(stream);
    stream.write = (chunk: string | Uint8Array): boolean => {
      text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
      return true;
    };
    return (): void => {
      stream.write = write;
    };
  });
  return {
    text: () => stripVTControlCharacters(text),
    stop: () => {
      for (const one of restore) one();
    },
  };
}
