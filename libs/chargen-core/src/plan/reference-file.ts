import type { ResolvedReference, Scene } from '../content/index.js';
import type { FileDigests } from './file-digests.js';
import { judgePictureFile } from './picture-file.js';
import type { ReferenceOutcome } from './reference-outcome.js';

type FileReference = Extract<ResolvedReference, { kind: 'file' }>;

/** An authored picture that a scene shows; that none is there is an error of the scene. */
export async function judgeReferenceFile(
  digests: FileDigests,
  scene: Scene,
  reference: FileReference,
): Promise<ReferenceOutcome> {
  const { paths } = reference;
  const outcome = await judgePictureFile(digests, { subject: reference, paths, thing: 'reference' });
  if (outcome.kind === 'file') return outcome;
  const { code, message } = outcome.kind === 'problem' ? outcome : missing(digests, paths);
  const { file, id } = scene;
  const at = reference.written.at;
  return { kind: 'error', diagnostic: { severity: 'error', code, message, file, at, scene: id } };
}

function missing(digests: FileDigests, paths: FileReference['paths']): { code: string; message: string } {
  return {
    code: 'missing-reference',
    message: `The reference ${paths.join(' or ')} does not exist.${digests.adviceOn(paths)}`,
  };
}
