import type { RouteName } from '../faults/types.js';

/** Which route a request is for. */
export interface RouteMatch {
  readonly name: RouteName;
  /** Model id, file id or batch id, as the path has it. */
  readonly id: string;
}

interface Route {
  readonly method: string;
  readonly path: RegExp;
  readonly name: RouteName;
}

const V = '/(?:v1|v1alpha|v1beta)';
const route = (method: string, path: string, name: RouteName): Route => ({
  method,
  path: new RegExp(`^${path}$`),
  name,
});

const ROUTES: readonly Route[] = [
  route('GET', `${V}/files`, 'files.list'),
  route('GET', `(?:/download)?${V}/files/([^/:]+):download`, 'files.download'),
  route('GET', `${V}/files/([^/:]+)`, 'files.get'),
  route('DELETE', `${V}/files/([^/:]+)`, 'files.delete'),
  route('GET', `${V}/models`, 'models.list'),
  route('GET', `${V}/models/([^/:]+)`, 'models.get'),
  route('POST', `${V}/models/([^/:]+):countTokens`, 'models.countTokens'),
  route('POST', `${V}/models/([^/:]+):generateContent`, 'models.generateContent'),
  route('POST', `${V}/models/([^/:]+):streamGenerateContent`, 'models.streamGenerateContent'),
  route('POST', `${V}/models/([^/:]+):batchGenerateContent`, 'batches.create'),
  route('GET', `${V}/batches`, 'batches.list'),
  route('GET', `${V}/batches/([^/:]+)`, 'batches.get'),
  route('POST', `${V}/batches/([^/:]+):cancel`, 'batches.cancel'),
  route('DELETE', `${V}/batches/([^/:]+)`, 'batches.delete'),
];

const UPLOAD = new RegExp(`^/upload${V}/files$`);

/** The version in the path decides nothing here; it is what links in answers are made with. */
export function matchRoute(method: string, url: URL): RouteMatch | undefined {
  if (UPLOAD.test(url.pathname) && (method === 'POST' || method === 'PUT')) {
    return { name: url.searchParams.has('upload_id') ? 'files.upload' : 'files.start', id: '' };
  }
  for (const candidate of ROUTES) {
    const match = candidate.method === method ? candidate.path.exec(url.pathname) : null;
    if (match !== null) return { name: candidate.name, id: decodeURIComponent(match[1] ?? '') };
  }
  return undefined;
}
