/** What is asked of `/api/accounts`, `/api/jobs`, `/api/outbox` and `/api/nodes`. */
import { line } from '../page/line';
import type { AccountList, InvitedAccount, Jobs, NewAccount, NewLink, Nodes, Outbox } from '../server/api';

/** Somebody to be invited, in a language that was chosen from a list. */
export type Invitation = Omit<NewAccount, 'language'> & { readonly language: string };

const post = async <T>(path: string, body?: unknown) => (await line.send<T>(path, { method: 'POST', body })).body;

export const accounts = async () => (await line.get<AccountList>('/api/accounts')).accounts;
/** The link that the person sets a password by. */
export const invite = async (account: Invitation) => (await post<InvitedAccount>('/api/accounts', account)).link;
export const newLink = async (id: string) => (await post<NewLink>(`/api/accounts/${id}/link`)).link;
export const resetFactor = async (id: string) => (await post<NewLink>(`/api/accounts/${id}/factor-reset`)).link;
export const disable = (id: string) => post(`/api/accounts/${id}/disable`);
export const enable = (id: string) => post(`/api/accounts/${id}/enable`);
export const erase = (id: string) => line.send(`/api/accounts/${id}`, { method: 'DELETE' });

export const jobs = () => line.get<Jobs>('/api/jobs');
export const retryJob = (id: number) => post(`/api/jobs/${id}/retry`);
export const discardJob = (id: number) => post(`/api/jobs/${id}/discard`);
export const outbox = () => line.get<Outbox>('/api/outbox');
export const nodes = () => line.get<Nodes>('/api/nodes');
