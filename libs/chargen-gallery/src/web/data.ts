import type { EntityDetails, GalleryIndex } from '../model.js';

/** What the data scripts put into the page. */
interface Loaded {
  readonly index: GalleryIndex;
  readonly details: Record<number, EntityDetails>;
}

interface ScriptPolicy {
  createScriptURL(url: string): string;
}

declare global {
  var chargenGallery: Loaded | undefined;
  var trustedTypes:
    | { createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): ScriptPolicy }
    | undefined;
}

const OWN_SCRIPT = /^(?:data|details\/\d+)\.js(?:\?n=\d+)?$/;

/** Only the gallery's own data may become scripts; browsers that know trusted types enforce it. */
function ownScript(url: string): string {
  if (!OWN_SCRIPT.test(url)) throw new TypeError(`${url} is no script of the gallery.`);
  return url;
}

const policy = globalThis.trustedTypes?.createPolicy('chargen-gallery', { createScriptURL: ownScript });

export function galleryIndex(): GalleryIndex | undefined {
  return globalThis.chargenGallery?.index;
}

let generation = 0;

/** The details of an entity, loaded when they are first asked for. Rejects if the file cannot be loaded. */
export async function entityDetails(number: number): Promise<EntityDetails> {
  const present = globalThis.chargenGallery?.details[number];
  if (present !== undefined) return present;
  await loadScript(`details/${number}.js${generation === 0 ? '' : `?n=${generation}`}`);
  const loaded = globalThis.chargenGallery?.details[number];
  if (loaded === undefined)
    throw new Error('The details are not there. Make the gallery again: chargen gallery');
  return loaded;
}

/** Loads all data anew; details come again when they are asked for. */
export async function reloadData(): Promise<void> {
  generation += 1;
  await loadScript(`data.js?n=${generation}`);
}

/** A script element is the only way to read a file that works on the file system too. */
function loadScript(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = policy === undefined ? ownScript(url) : policy.createScriptURL(url);
    script.addEventListener('load', () => {
      script.remove();
      resolve();
    });
    script.addEventListener('error', () => {
      script.remove();
      reject(new Error(`${url} cannot be loaded. Make the gallery again: chargen gallery`));
    });
    document.head.append(script);
  });
}
