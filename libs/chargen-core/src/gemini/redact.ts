/** Parameters of an address that let their holder in: signatures, tokens, keys, upload sessions. */
const SECRET_PARAMETER =
  /([?&;](?:key|api_?key|upload_id|upload_token|token|access_token|sig|signature|x-goog-[a-z-]+|googleaccessid|policy)=)[^&;\s"'<>)\]]+/gi;

/** The shapes of a Google API key, anywhere in a text: keys that are not in use are found too. */
const API_KEY = /\b(AIza|AQ\.)[0-9A-Za-z_-]{20,}/g;

/** Takes secrets out of a text that will be shown or written down. `known` are secrets of this process. */
export function redact(text: string, known: readonly string[] = []): string {
  let clean = text;
  // A very short one would blacken words; no key of Google's is that short.
  for (const secret of known) if (secret.length >= 8) clean = clean.replaceAll(secret, '***');
  return clean.replace(SECRET_PARAMETER, '$1***').replace(API_KEY, '$1***');
}
