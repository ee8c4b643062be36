/** What is asked of `/api/devices`. */
import { line } from '../../page/line';

export interface Device {
  readonly id: string;
  readonly name: string;
  readonly organisation: string;
  readonly state: 'waiting' | 'code_expired' | 'enrolled' | 'expired';
  readonly code_expires_at: string | null;
  readonly enrolled_at: string | null;
  readonly expires_at: string | null;
  /** To the hour. */
  readonly last_seen: string | null;
}

/** One with a code, which is told once. */
export type Coded = Device & { readonly code: string };

const send = async <T>(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown) =>
  (await line.send<T>(path, { method, body })).body;

export const devices = async () => (await line.get<{ devices: readonly Device[] }>('/api/devices')).devices;
export const create = (name: string, organisation: string) =>
  send<Coded>('POST', '/api/devices', { name, organisation });
export const rename = (id: string, name: string) => send('PATCH', `/api/devices/${id}`, { name });
export const newCode = (id: string) => send<Coded>('POST', `/api/devices/${id}/code`);
export const revoke = (id: string) => send<undefined>('DELETE', `/api/devices/${id}`);
