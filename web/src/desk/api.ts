/** What is asked of the register: its collections, their objects and what was. */
import type { CollectionSchema } from '../form/schema';
import { distance } from '../map/place';
import { line } from '../page/line';
import type { Hit, NewView, Proposal, SearchResults, ViewList } from '../server/api';
import { type Fault, Refused } from '../server/problem';
import { isProposal } from './proposals/answer';

/** A position of RFC 7946 without height. */
export type Position = readonly [lon: number, lat: number];

export interface Feature {
  readonly id: string;
  readonly geometry: GeoJSON.Geometry | null;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** An object with the tag of the state that was read. */
export interface Held {
  readonly feature: Feature;
  readonly tag: string | null;
  /** What of an edit is hardly so. */
  readonly warnings: readonly Fault[];
}

/** What the reader may do in a collection, or with one object. */
export interface Rights {
  readonly create: boolean;
  readonly delete: boolean;
  /** Names of properties, and `geometry`. */
  readonly properties: readonly string[];
}

export interface Collection {
  readonly id: string;
  readonly title: string;
  readonly rights: Rights;
}

/** One change of an object. */
export interface Version {
  readonly version: number;
  readonly operation: 'create' | 'update' | 'delete';
  readonly actor: string;
  /** Who proposed it, where somebody else approved it. */
  readonly proposer?: string;
  readonly reason: string;
  readonly at: string;
  readonly before: Feature | null;
  readonly after: Feature | null;
}

/** What of an object is new, as a merge patch (RFC 7396). */
export interface Patch {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly geometry?: GeoJSON.Geometry;
}

const MERGE_PATCH = 'application/merge-patch+json';
const items = (collection: string) => `/ogc/collections/${encodeURIComponent(collection)}/items`;
const item = (collection: string, id: string) => `${items(collection)}/${encodeURIComponent(id)}`;

/** The collections of which the reader may change anything, in the order of the server. */
export async function collections(): Promise<Collection[]> {
  const { collections } = await line.get<{ collections: readonly { id: string; title: string }[] }>('/ogc/collections');
  const asked = collections.map(async ({ id, title }) => ({ id, title, rights: await rights(items(id)) }));
  return (await Promise.all(asked)).filter(({ rights }) => rights.create || rights.properties.length > 0);
}

/** What the reader may do with one object. */
export const rightsOf = (collection: string, id: string) => rights(item(collection, id));

async function rights(path: string): Promise<Rights> {
  const { headers } = await line.send(path, { method: 'OPTIONS' });
  const list = (name: string) => (headers.get(name) ?? '').split(/\s*,\s*/).filter((each) => each !== '');
  const methods = list('allow');
  return {
    create: methods.includes('POST'),
    delete: methods.includes('DELETE'),
    properties: list('geokontor-properties'),
  };
}

export const schemaOf = (collection: string) => line.get<CollectionSchema>(`/ogc/collections/${collection}/schema`);

export interface Page {
  readonly features: readonly Feature[];
  readonly numberMatched?: number;
  readonly links?: readonly { readonly rel: string; readonly href: string }[];
}

/** What a list asks for. */
export interface Question {
  /** In CQL2. */
  readonly filter: string | null;
  /** Names of those properties that it shows. */
  readonly properties: readonly string[];
  /** The instant whose state is asked for (RFC 3339), whole and unfiltered; null for now. */
  readonly at: string | null;
}

/** Features of the first page, which fills a screen at once, and of those after it. */
const FIRST_PAGE = 200;
const PAGE = 5_000;

/** The first page of an answer, or the one that a page before names. */
export function page(collection: string, { filter, properties }: Question, signal: AbortSignal): Promise<Page> {
  const query = new URLSearchParams({ limit: String(FIRST_PAGE), properties: properties.join(',') });
  if (filter) query.set('filter', filter);
  return line.get<Page>(`${items(collection)}?${query}`, signal);
}

export function pageAt(href: string, signal: AbortSignal): Promise<Page> {
  const { pathname, searchParams } = new URL(href, location.href);
  searchParams.set('limit', String(PAGE));
  return line.get<Page>(`${pathname}?${searchParams}`, signal);
}

/** An object as it is now; null where there is none. */
export async function object(collection: string, id: string): Promise<Held | null> {
  try {
    return held(await line.send<Feature>(item(collection, id)));
  } catch (error) {
    if (error instanceof Refused && error.problem.status === 404) return null;
    throw error;
  }
}

function held({ body, tag }: { body: Feature & { warnings?: readonly Fault[] }; tag: string | null }): Held {
  return { feature: body, tag, warnings: body.warnings ?? [] };
}

export const create = async (collection: string, feature: unknown, reason: string) =>
  held(await line.send<Feature>(items(collection), { method: 'POST', body: feature, reason }));

/** The object as it is now, or the proposal that the change has become. */
export async function change(
  collection: string,
  id: string,
  tag: string | null,
  body: Patch,
  reason: string,
): Promise<Held | Proposal> {
  const wish = { method: 'PATCH', media: MERGE_PATCH, body, tag, reason } as const;
  const told = await line.send<Feature | Proposal>(item(collection, id), wish);
  return isProposal(told.body) ? told.body : held({ ...told, body: told.body });
}

/** The proposal that the deletion has become; null where the object is deleted. */
export const remove = async (collection: string, id: string, tag: string | null, reason: string) =>
  waits((await line.send<unknown>(item(collection, id), { method: 'DELETE', tag, reason })).body);

const waits = (body: unknown): Proposal | null => (isProposal(body) ? body : null);

/** An object in the version that an edit has made of it. */
export interface Made {
  readonly id: string;
  readonly version: number;
}

/** Several edits as one changeset, all or none; the proposal that they have become, where they wait. */
export async function edit(edits: readonly unknown[], reason: string): Promise<readonly Made[] | Proposal> {
  if (edits.length === 0) return [];
  const wish = { method: 'POST', body: { reason, edits } } as const;
  const { body } = await line.send<{ features: readonly Made[] } | Proposal>('/api/changesets', wish);
  return isProposal(body) ? body : body.features;
}

/** A collection as it was at an instant (RFC 3339). */
export const past = (collection: string, at: string, signal: AbortSignal) =>
  line.get<Page>(`/api/history/${encodeURIComponent(collection)}?${new URLSearchParams({ at })}`, signal);

/** Of one object, the oldest first. */
export const history = async (collection: string, id: string) =>
  (await line.get<{ versions: readonly Version[] }>(`${item(collection, id)}/history`)).versions;

/** The proposal that the restoration has become; null where the object is restored. */
export const restore = async (collection: string, id: string, tag: string | null, version: number, reason: string) =>
  waits(
    (await line.send<unknown>(`${item(collection, id)}/restore`, { method: 'POST', tag, body: { version, reason } }))
      .body,
  );

/** What was changed at once. */
export interface Changeset {
  readonly id: number;
  readonly at: string;
  readonly actor: string;
  readonly reason: string;
  /** How many objects. */
  readonly features: number;
}

/** One change of a changeset. */
export interface Entry extends Version {
  readonly sequence: number;
  readonly collection: string;
  readonly feature: string;
}

export interface Activity {
  readonly changesets: readonly Changeset[];
  /** Where older ones are. */
  readonly next?: string;
}

interface Asked {
  readonly collection: string;
  readonly since: string | null;
  /** An id, or empty for anybody. */
  readonly organisation: string;
}

/** What was changed in a collection, the latest first. */
export function activity({ collection, since, organisation }: Asked): Promise<Activity> {
  const query = new URLSearchParams({ collection, limit: '50' });
  if (since) query.set('since', since);
  if (organisation !== '') query.set('organisation', organisation);
  return line.get<Activity>(`/api/changesets?${query}`);
}

/** The address of the same with every value that was changed, as a table. */
export function trail({ collection, since, organisation }: Asked): string {
  const query = new URLSearchParams();
  if (since) query.set('since', since);
  if (organisation !== '') query.set('organisation', organisation);
  return `/api/history/${encodeURIComponent(collection)}/changes.csv?${query}`;
}

export function more(href: string): Promise<Activity> {
  const { pathname, search } = new URL(href, location.href);
  return line.get<Activity>(pathname + search);
}

export const changesIn = async (changeset: number) =>
  (await line.get<{ changes: readonly Entry[] }>(`/api/changesets/${changeset}?limit=100`)).changes;

/** Views of a collection that were kept, one's own and those that are shared, by name. */
export const savedViews = async (collection: string) =>
  (await line.get<ViewList>(`/api/views?${new URLSearchParams({ collection })}`)).views;

export const keepView = (view: NewView) => line.send('/api/views', { method: 'POST', body: view });

export const forgetView = (id: string) => line.send(`/api/views/${id}`, { method: 'DELETE' });

/** Metres within which an object may be the one that is being added. */
const BESIDE = 15;

/** Objects that lie beside a place, each with its distance in metres, the nearest first. */
export async function beside(collection: string, [lon, lat]: Position): Promise<readonly [Feature, number][]> {
  const up = BESIDE / 111_000;
  const across = up / Math.cos((lat * Math.PI) / 180);
  const bbox = [lon - across, lat - up, lon + across, lat + up].join(',');
  const { features } = await line.get<Page>(`${items(collection)}?${new URLSearchParams({ bbox, limit: '20' })}`);
  const measured = features.flatMap((feature): [Feature, number][] => {
    const [x, y] = feature.geometry?.type === 'Point' ? feature.geometry.coordinates : [];
    if (x === undefined || y === undefined) return [];
    return [[feature, distance({ lon, lat }, { lon: x, lat: y })]];
  });
  return measured.filter(([, metres]) => metres <= BESIDE).sort(([, a], [, b]) => a - b);
}

/** Places that a text names: any coordinate, or an address. */
export const places = async (text: string): Promise<readonly Hit[]> =>
  (await line.get<SearchResults>(`/api/search?${new URLSearchParams({ q: text, limit: '5' })}`)).results;
