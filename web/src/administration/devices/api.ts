/** What is asked of `/api/devices`. */
import { line } from '../../page/line';
import type { DeviceList, DeviceWithCode } from '../../server/api';

const send = async <T>(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown) =>
  (await line.send<T>(path, { method, body })).body;

export const devices = async () => (await line.get<DeviceList>('/api/devices')).devices;
export const create = (name: string, organisation: string) =>
  send<DeviceWithCode>('POST', '/api/devices', { name, organisation });
export const rename = (id: string, name: string) => send('PATCH', `/api/devices/${id}`, { name });
export const newCode = (id: string) => send<DeviceWithCode>('POST', `/api/devices/${id}/code`);
export const revoke = (id: string) => send<undefined>('DELETE', `/api/devices/${id}`);
