/** Begins a resumable upload by hand, as no client would leave it; answers the URL for its chunks. */
export async function startUpload(url: string, file: object = {}, key = 'a key'): Promise<string> {
  const response = await fetch(`${url}/upload/v1beta/files`, {
    method: 'POST',
    headers: {
      'x-goog-api-key': key,
      'x-goog-upload-protocol': 'resumable',
      'x-goog-upload-command': 'start',
    },
    body: JSON.stringify({ file }),
  });
  return response.headers.get('x-goog-upload-url') ?? '';
}

export function sendChunk(
  session: string,
  command: string,
  offset: number,
  body: string,
  key = 'a key',
): Promise<Response> {
  return fetch(session, {
    method: 'POST',
    headers: {
      'x-goog-api-key': key,
      'x-goog-upload-command': command,
      'x-goog-upload-offset': String(offset),
    },
    body,
  });
}
