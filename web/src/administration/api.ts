/** What is asked of `/api/accounts`. */
import { line } from '../page/line';

export interface Account {
  readonly id: string;
  readonly name: string;
  readonly mail: string | null;
  readonly language: 'de' | 'en';
  readonly administrator: boolean;
  readonly created_at: string;
  readonly disabled_at: string | null;
}

export interface Invitation {
  readonly mail: string;
  readonly name: string;
  readonly language: string;
  readonly administrator: boolean;
}

interface Linked {
  readonly link: string;
}

const post = async <T>(path: string, body?: unknown) => (await line.send<T>(path, { method: 'POST', body })).body;

export const accounts = async () => (await line.get<{ accounts: readonly Account[] }>('/api/accounts')).accounts;
/** The link that the person sets a password by. */
export const invite = async (invitation: Invitation) => (await post<Linked>('/api/accounts', invitation)).link;
export const newLink = async (id: string) => (await post<Linked>(`/api/accounts/${id}/link`)).link;
export const resetFactor = async (id: string) => (await post<Linked>(`/api/accounts/${id}/factor-reset`)).link;
export const disable = (id: string) => post(`/api/accounts/${id}/disable`);
export const enable = (id: string) => post(`/api/accounts/${id}/enable`);
export const erase = (id: string) => line.send(`/api/accounts/${id}`, { method: 'DELETE' });
