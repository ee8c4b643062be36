/** What is asked of photos and documents of objects. */
import { tongue } from '../../../i18n/words.svelte';
import { line } from '../../../page/line';
import type { FileChange, FileList, ObjectFile } from '../../../server/api';
import { upload } from '../../../server/upload';

/** What goes with a file that is sent. */
export interface About {
  /** Sent again with the same id, it is the same file. */
  readonly id: string;
  readonly collection: string;
  readonly object: string;
  readonly defect: string | null;
  readonly name: string;
}

const one = (id: string) => `/api/files/${id}`;

/** All that the reader sees, those of defects among them. */
export const filesOf = (collection: string, object: string) =>
  line.get<FileList>(`/api/files?${new URLSearchParams({ collection, object })}`);

export const change = async ({ id, version }: ObjectFile, body: FileChange) =>
  (await line.send<ObjectFile>(one(id), { method: 'PATCH', tag: `"${version}"`, body })).body;

export const remove = ({ id }: ObjectFile) => line.send(one(id), { method: 'DELETE' });

export const restore = ({ id }: ObjectFile) => line.send(`${one(id)}/restore`, { method: 'POST' });

/** Sends a file and tells how much of it has gone, from 0 to 1. */
export function send(file: Blob, { defect, ...about }: About, progress: (share: number) => void): Promise<ObjectFile> {
  const query = new URLSearchParams({ ...about, ...(defect ? { defect, kind: 'damage' } : {}) });
  const hear = (cursor: string | null) => line.hear(cursor);
  return upload<ObjectFile>({ path: `/api/files?${query}`, file, language: tongue.language, progress, hear });
}
