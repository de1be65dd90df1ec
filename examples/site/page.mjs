// The page of a world from its manifest: plain HTML, no framework, no script. It is meant to be copied and changed.

/** How wide a picture is shown, for the browser to choose a copy: three columns, two, one. */
const SIZES = '(min-width: 70rem) 21rem, (min-width: 40rem) 46vw, 94vw';

const STYLE = `
  :root { color-scheme: light dark; }
  body { margin: 0 auto; max-width: 68rem; padding: 1rem 3vw; font: 1rem/1.5 system-ui, sans-serif; }
  h1, h2 { line-height: 1.2; }
  .pictures { display: grid; gap: 1.5rem; grid-template-columns: repeat(auto-fill, minmax(min(19rem, 100%), 1fr)); }
  figure { margin: 0; }
  img { display: block; width: 100%; height: auto; border-radius: 0.4rem; }
  figcaption { padding-top: 0.4rem; }
`;

/**
 * The whole page. Paths in it are relative to the manifest, so that the page lies beside it.
 *
 * @param {import('chargen-export/manifest').Manifest} manifest
 * @param {string} title
 */
export function pageOf({ entities, scenes, missing }, title) {
  const sections = entities
    .map((entity) => ({ entity, shown: scenes.filter((scene) => scene.entity === entity.id) }))
    .filter(({ shown }) => shown.length > 0)
    .map(
      ({ entity, shown }) => `<section aria-labelledby="${text(entity.id)}">
<h2 id="${text(entity.id)}">${text(entity.name)}</h2>
<div class="pictures">
${shown.map(figure).join('\n')}
</div>
</section>`,
    );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${text(title)}</h1>
${sections.join('\n')}
${missing.length === 0 ? '' : notYet(missing)}
</main>
</body>
</html>
`;
}

/** @param {import('chargen-export/manifest').ExportedScene} scene */
function figure({ title, alt, files, width, height, colour }) {
  const formats = [...new Set(files.map(({ format }) => format))];
  const ofFormat = formats.map((format) => files.filter((file) => file.format === format));
  // The last format is for browsers that take no other; its widest copy for those without srcset.
  const last = ofFormat.at(-1) ?? [];
  const sources = ofFormat
    .slice(0, -1)
    .map((copies) => `<source type="${copies[0].mimeType}" srcset="${srcset(copies)}" sizes="${SIZES}">\n`);
  return `<figure>
<picture>
${sources.join('')}<img src="${href(last.at(-1)?.path ?? '')}" srcset="${srcset(last)}" sizes="${SIZES}" width="${width}" height="${height}" alt="${text(alt ?? title)}" loading="lazy" decoding="async" style="background: ${text(colour)}">
</picture>
<figcaption>${text(title)}</figcaption>
</figure>`;
}

/** @param {readonly import('chargen-export/manifest').MissingScene[]} missing */
function notYet(missing) {
  return `<section aria-labelledby="not-yet">
<h2 id="not-yet">Not yet to be seen</h2>
<ul>
${missing.map(({ title }) => `<li>${text(title)}</li>`).join('\n')}
</ul>
</section>`;
}

/** @param {readonly import('chargen-export/manifest').ExportedCopy[]} copies */
function srcset(copies) {
  return copies.map(({ path, width }) => `${href(path)} ${width}w`).join(', ');
}

/** A comma or a space would end an address in srcset. */
function href(path) {
  return text(path.split('/').map(encodeURIComponent).join('/'));
}

/** Names and titles are data: none of them is HTML. */
function text(value) {
  return value.replace(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0)};`);
}
