/** What is asked of `/api/organisations`, `/api/memberships`, `/api/roles` and `/api/tokens`. */
import { line } from '../../page/line';
import type { Outline } from './outline';

export const KINDS = [
  'district',
  'amt',
  'municipality',
  'utility',
  'fire_service',
  'contractor',
  'authority',
  'private_person',
] as const;
export type Kind = (typeof KINDS)[number];

export interface Organisation {
  readonly id: string;
  readonly name: string;
  readonly kind: Kind;
  /** Keys of municipalities or their first digits; null with the outline for the whole district. */
  readonly municipalities: readonly string[] | null;
  /** GeoJSON. */
  readonly outline: Outline | null;
  /** The names of its municipalities. */
  readonly places: readonly string[];
  readonly version: number;
}

export interface Municipality {
  readonly key: string;
  readonly name: string;
}

export interface Listed {
  readonly organisations: readonly Organisation[];
  /** Those of the district, to choose from. */
  readonly municipalities: readonly Municipality[];
}

export interface NewOrganisation {
  readonly name: string;
  readonly kind: string;
  readonly municipalities: readonly string[] | null;
  readonly outline: Outline | null;
}

export interface Membership {
  readonly id: string;
  readonly account: string;
  readonly organisation: string;
  readonly role: string;
}

export interface Role {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** May whoever asks give it in the organisation that was asked about? */
  readonly may_give: boolean;
  /** What it allows, in words. */
  readonly sentences: readonly string[];
}

export interface Token {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly organisation: string | null;
  readonly account: string | null;
  readonly created_at: string;
  readonly expires_at: string | null;
  /** `null`: all that its role is for; municipality keys or their beginnings, `null`: where its owner may write. */
  readonly collections: readonly string[] | null;
  readonly area: readonly string[] | null;
  /** A day. */
  readonly last_used_on: string | null;
}

export interface NewToken {
  readonly name: string;
  readonly role: string;
  readonly expires_at: string | null;
  readonly organisation?: string;
  readonly district?: boolean;
  readonly collections: readonly string[] | null;
  readonly area: readonly string[] | null;
}

export interface Collection {
  readonly id: string;
  readonly title: string;
}

const post = async <T>(path: string, body: unknown) => (await line.send<T>(path, { method: 'POST', body })).body;
const remove = (path: string, tag?: string) => line.send(path, { method: 'DELETE', tag: tag ?? null });
/** What an edit of an organisation is an edit of (RFC 9110, 13.1.1). */
const tagOf = (version: number) => `"${version}"`;

export const organisations = () => line.get<Listed>('/api/organisations');
export const create = (organisation: NewOrganisation) => post<Organisation>('/api/organisations', organisation);
export const change = (id: string, version: number, body: NewOrganisation) =>
  line.send(`/api/organisations/${id}`, { method: 'PUT', body, tag: tagOf(version) });
export const end = ({ id, version }: Organisation) => remove(`/api/organisations/${id}`, tagOf(version));

/** The areas of the municipalities. */
export const areas = () =>
  line.get<GeoJSON.FeatureCollection>('/ogc/collections/municipalities/items?f=json&limit=1000');

export const memberships = async () =>
  (await line.get<{ memberships: readonly Membership[] }>('/api/memberships')).memberships;
export const give = (account: string, organisation: string, role: string) =>
  post('/api/memberships', { account, organisation, role });
export const take = (id: string) => remove(`/api/memberships/${id}`);

/** The roles there are; those that an organisation gives, told of it. */
export const roles = async (organisation?: string) =>
  (await line.get<{ roles: readonly Role[] }>(`/api/roles${organisation ? `?organisation=${organisation}` : ''}`))
    .roles;

export const tokens = async () => (await line.get<{ tokens: readonly Token[] }>('/api/tokens')).tokens;
export const makeToken = async (token: NewToken) => (await post<{ secret: string }>('/api/tokens', token)).secret;
/** The collections there are, as whoever asks is told of them. */
export const collections = async () =>
  (await line.get<{ collections: readonly Collection[] }>('/ogc/collections')).collections;
export const revoke = (id: string) => remove(`/api/tokens/${id}`);
