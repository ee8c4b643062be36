/** What is asked of imports (`/api/imports`). */
import { tongue } from '../../i18n/words.svelte';
import { line } from '../../page/line';
import type { FileImport, ImportList, ImportPlaces, ImportRows, ImportSample } from '../../server/api';
import { upload } from '../../server/upload';
import type { Definition } from './mapping';

export interface Settings {
  readonly layer: string | null;
  readonly encoding: string | null;
  readonly crs: string | null;
  /** Null where the columns are called like the properties: in what was checked out. */
  readonly mapping: Definition | null;
  readonly accept_duplicates: boolean;
}

export type Decision = 'leave' | 'new' | 'same' | 'ours' | 'theirs';

/** Rows of a page of the preview. */
export const PAGE = 100;

const one = (id: string, part = '') => `/api/imports/${encodeURIComponent(id)}${part}`;
const put = async (path: string, method: 'PUT' | 'POST', body: unknown) =>
  (await line.send<FileImport>(path, { method, body })).body;

export const imports = () => line.get<ImportList>('/api/imports');
export const importOf = (id: string, signal?: AbortSignal) => line.get<FileImport>(one(id), signal);

export function send(collection: string, file: File, progress: (share: number) => void): Promise<FileImport> {
  const query = new URLSearchParams({ collection, name: file.name });
  return upload<FileImport>({ path: `/api/imports?${query}`, file, language: tongue.language, progress });
}

/** Says how the file is to be understood, and has its rows worked out. */
export const choose = ({ id, version }: FileImport, settings: Settings) =>
  put(one(id, '/settings'), 'PUT', { ...settings, version });

/** Where the first rows would lie. */
export const sample = async (id: string, settings: Settings, signal: AbortSignal) =>
  (await line.send<ImportSample>(one(id, '/sample'), { method: 'POST', body: settings, signal })).body;

export interface Wanted {
  readonly status: string;
  readonly warned: boolean;
  readonly text: string;
  /** Only rows behind this one. */
  readonly after: number | null;
  readonly limit?: number;
}

export function rows(
  id: string,
  { status, warned, text, after, limit = PAGE }: Wanted,
  signal?: AbortSignal,
): Promise<ImportRows> {
  const query = new URLSearchParams({ limit: String(limit) });
  if (status !== '') query.set('status', status);
  if (warned) query.set('warned', 'true');
  if (text.trim() !== '') query.set('text', text.trim());
  if (after !== null) query.set('after', String(after));
  return line.get<ImportRows>(one(id, `/rows?${query}`), signal);
}

export const places = (id: string) => line.get<ImportPlaces>(one(id, '/places'));

export const mend = (
  { id, version }: FileImport,
  row: number,
  cells: Readonly<Record<string, unknown>>,
  decision: Decision | null,
) => put(one(id, `/rows/${row}`), 'PUT', { version, cells, decision });

export const decide = ({ id, version }: FileImport, status: string, decision: Decision) =>
  put(one(id, '/decisions'), 'POST', { version, status, decision });

export const commit = ({ id, version }: FileImport, reason: string) =>
  put(one(id, '/commit'), 'POST', { version, reason });

export const remove = (id: string) => line.send(one(id), { method: 'DELETE' });

/** Takes back what was written. */
export const undo = ({ id, version }: FileImport, reason: string) => put(one(id, '/undo'), 'POST', { version, reason });

/** The register as a GeoPackage, to be edited elsewhere. */
export const checkoutOf = (collection: string) => `/api/checkouts?${new URLSearchParams({ collection })}`;

export const reportOf = (id: string) => one(id, '/report');
