/** What an author does at a boundary, at once and whole; loaded by kill-at.mjs in the process of the engine. */
import { createHash } from 'node:crypto';

/** `fs` has the functions as they were before they were watched. */
export function actAuthor(fs, root, act, desk) {
  const at = (path) => `${root}/${path}`;
  const picture = at(desk.picture);
  const note = (facts) => fs.writeFileSync(at('.author.json'), JSON.stringify({ act, ...facts }));
  const drawing = Buffer.from(`a drawing of the author's, ${act}`);
  const saved = (path, bytes) => {
    note({ path, sha256: createHash('sha256').update(bytes).digest('hex') });
  };
  switch (act) {
    case 'put':
    case 'put-other': {
      // Written whole: where nothing lies yet, or over what lies there.
      const path = act === 'put' ? desk.picture : desk.picture.replace('.png', '.webp');
      fs.mkdirSync(at(`${desk.folder}/images`), { recursive: true });
      fs.writeFileSync(at(path), drawing);
      return saved(path, drawing);
    }
    case 'replace':
      // As editors save: a new file, renamed over the old one.
      if (!fs.existsSync(picture)) return false;
      fs.writeFileSync(`${picture}.new`, drawing);
      fs.renameSync(`${picture}.new`, picture);
      return saved(desk.picture, drawing);
    case 'retouch': {
      // In place, with the same size.
      if (!fs.existsSync(picture)) return false;
      const bytes = fs.readFileSync(picture);
      bytes[bytes.length - 1] ^= 1;
      const file = fs.openSync(picture, 'r+');
      fs.writeSync(file, bytes, 0, bytes.length, 0);
      fs.closeSync(file);
      return saved(desk.picture, bytes);
    }
    case 'delete':
      if (!fs.existsSync(picture)) return false;
      fs.rmSync(picture);
      return note({});
    case 'save': {
      const path = `${desk.folder}/imagery.yaml`;
      if (!fs.existsSync(at(path))) return false;
      const text = fs.readFileSync(at(path), 'utf8').replace('A harbour at dawn.', 'A harbour at noon.');
      fs.writeFileSync(at(path), text);
      // A record may stand below by now; it is the tool's.
      return note({ path, text: text.split('\n# Written by chargen')[0].trimEnd() });
    }
    case 'rename':
      if (!fs.existsSync(at(desk.folder))) return false;
      fs.renameSync(at(desk.folder), at(desk.renamed));
      return note({ isUnderNewName: true });
    default:
      throw new Error(`${act} is no act.`);
  }
}
