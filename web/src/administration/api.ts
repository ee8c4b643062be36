/** What is asked of `/api/accounts`, `/api/jobs`, `/api/outbox` and `/api/nodes`. */
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
  /** Where the person has a role from the start. */
  readonly organisation?: string;
  readonly role?: string;
}

/** What is to be done in the background (src/store/jobs.rs). */
export interface Job {
  readonly id: number;
  readonly queue: string;
  readonly state: 'waiting' | 'running' | 'failed';
  readonly attempts: number;
  readonly created_at: string;
  /** Seconds; null where it is due already. */
  readonly due_in: number | null;
  readonly error: string | null;
}

export interface Jobs {
  readonly jobs: readonly Job[];
  readonly counts: readonly { readonly state: Job['state']; readonly jobs: number }[];
}

/** A mail, but not what it says (src/mail/store.rs). */
export interface Mail {
  readonly id: string;
  readonly template: string;
  readonly recipient: string;
  readonly state: 'waiting' | 'sending' | 'uncertain' | 'sent' | 'failed' | 'discarded';
  readonly created_at: string;
  readonly error: string | null;
}

export interface Outbox {
  readonly mails: readonly Mail[];
  /** The mail server; null where there is none. */
  readonly relay: string | null;
}

/** A server of the district, as it tells of itself (src/store/nodes.rs). */
export interface Node {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly started_at: string;
  /** Seconds since it was heard of. */
  readonly seen: number;
  readonly cursor: string | null;
  readonly features: number;
}

export interface Nodes {
  readonly nodes: readonly Node[];
  /** The one that answers. */
  readonly asked: string;
  readonly stores: readonly { readonly store: string; readonly bytes: number }[];
  readonly files: { readonly blobs: number; readonly bytes: number };
  readonly journal: { readonly first: string; readonly last: string } | null;
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

export const jobs = () => line.get<Jobs>('/api/jobs');
export const retryJob = (id: number) => post(`/api/jobs/${id}/retry`);
export const discardJob = (id: number) => post(`/api/jobs/${id}/discard`);
export const outbox = () => line.get<Outbox>('/api/outbox');
export const nodes = () => line.get<Nodes>('/api/nodes');
