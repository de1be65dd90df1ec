import { describe, expect, it } from 'vitest';
import { pageOf } from '../../../examples/site/page.mjs';
import { manifestSchema } from '../src/manifest/index.js';

const HOSTILE = `"><script>alert('x')</script>`;

const MANIFEST = manifestSchema.parse({
  v: 1,
  entities: [
    {
      id: 'character/ione',
      type: 'character',
      slug: 'ione',
      name: 'Ione',
      tags: [],
      chapter: null,
      scenes: [],
    },
    {
      id: 'location/quay',
      type: 'location',
      slug: 'quay',
      name: 'Nothing here',
      tags: [],
      chapter: null,
      scenes: [],
    },
  ],
  scenes: [
    {
      scene: 'character/ione/oar',
      entity: 'character/ione',
      id: 'oar',
      title: HOSTILE,
      alt: null,
      altBy: null,
      aspectRatio: '1:1',
      width: 1000,
      height: 500,
      colour: '#aabbcc',
      thumbhash: '',
      tags: [],
      source: 'generated',
      model: null,
      madeAt: null,
      key: null,
      files: ['avif', 'jpeg'].flatMap((format) =>
        [480, 960].map((width) => ({
          path: `character/i o,ne/oar-${String(width)}.${format}`,
          format,
          mimeType: `image/${format}`,
          width,
          height: width / 2,
          bytes: 1,
          sha256: '0'.repeat(64),
        })),
      ),
    },
  ],
  missing: [{ scene: 'a/b/c', entity: 'a/b', id: 'c', title: 'To come', why: 'not-made' }],
});

describe('the example page', () => {
  it('offers each format with its widths, and the last one to browsers that know no other', () => {
    const page = pageOf(MANIFEST, 'Our world');
    const base = 'character/i%20o%2Cne/oar';
    expect(page).toContain(`<source type="image/avif" srcset="${base}-480.avif 480w, ${base}-960.avif 960w"`);
    expect(page).toContain(
      `<img src="${base}-960.jpeg" srcset="${base}-480.jpeg 480w, ${base}-960.jpeg 960w"`,
    );
    expect(page).toContain('width="1000" height="500"');
    expect(page).toContain('<li>To come</li>');
    expect(page).not.toContain('Nothing here');
  });

  it('takes no text of a world for HTML', () => {
    const page = pageOf(MANIFEST, HOSTILE);
    expect(page).not.toContain('<script');
    expect(page).toContain('alt="&#34;&#62;&#60;script&#62;');
  });
});
