/** What is asked of `/api/organisations`, `/api/memberships`, `/api/roles` and `/api/tokens`. */
import { line } from '../../page/line';
import type {
  MadeToken,
  MembershipList,
  NewOrganisation,
  NewToken,
  Organisation,
  OrganisationKind,
  OrganisationList,
  RoleList,
  TokenList,
} from '../../server/api';

export const KINDS = [
  'district',
  'amt',
  'municipality',
  'utility',
  'fire_service',
  'contractor',
  'authority',
  'private_person',
] as const satisfies readonly OrganisationKind[];

/** An organisation as a form has it: that its kind is not chosen yet the server says. */
export type Draft = Omit<NewOrganisation, 'kind'> & { readonly kind: string };

/** A collection as `/ogc/collections` lists it. */
export interface Collection {
  readonly id: string;
  readonly title: string;
}

const post = async <T>(path: string, body: unknown) => (await line.send<T>(path, { method: 'POST', body })).body;
const remove = (path: string, tag?: string) => line.send(path, { method: 'DELETE', tag: tag ?? null });
/** What an edit of an organisation is an edit of (RFC 9110, 13.1.1). */
const tagOf = (version: number) => `"${version}"`;

export const organisations = () => line.get<OrganisationList>('/api/organisations');
export const create = (organisation: Draft) => post<Organisation>('/api/organisations', organisation);
export const change = (id: string, version: number, body: Draft) =>
  line.send(`/api/organisations/${id}`, { method: 'PUT', body, tag: tagOf(version) });
export const end = ({ id, version }: Organisation) => remove(`/api/organisations/${id}`, tagOf(version));

/** The areas of the municipalities. */
export const areas = () =>
  line.get<GeoJSON.FeatureCollection>('/ogc/collections/municipalities/items?f=json&limit=1000');

export const memberships = async () => (await line.get<MembershipList>('/api/memberships')).memberships;
export const give = (account: string, organisation: string, role: string) =>
  post('/api/memberships', { account, organisation, role });
export const take = (id: string) => remove(`/api/memberships/${id}`);

/** The roles there are; those that an organisation gives, told of it. */
export const roles = async (organisation?: string) =>
  (await line.get<RoleList>(`/api/roles${organisation ? `?organisation=${organisation}` : ''}`)).roles;

export const tokens = async () => (await line.get<TokenList>('/api/tokens')).tokens;
export const makeToken = async (token: NewToken) => (await post<MadeToken>('/api/tokens', token)).secret;
/** The collections there are, as whoever asks is told of them. */
export const collections = async () =>
  (await line.get<{ collections: readonly Collection[] }>('/ogc/collections')).collections;
export const revoke = (id: string) => remove(`/api/tokens/${id}`);
