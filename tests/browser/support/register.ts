/** The register as a program beside the browser sees and edits it. */
import { type APIRequestContext, expect } from '@playwright/test';

const TOKEN = process.env.EDITOR_TOKEN ?? '';

export interface Hydrant {
  readonly id: string;
  readonly ref: string;
  readonly lon: number;
  readonly lat: number;
}

interface Feature {
  readonly id: string;
  readonly geometry: { readonly coordinates: [number, number] };
  readonly properties: Record<string, unknown>;
}

const items = (collection: string) => `/ogc/collections/${collection}/items`;

async function features(request: APIRequestContext, collection: string, query: Record<string, string>): Promise<Feature[]> {
  const answer = await request.get(items(collection), { params: query });
  expect(answer.status(), await answer.text()).toBe(200);
  return ((await answer.json()) as { features: Feature[] }).features;
}

function hydrant({ id, geometry, properties }: Feature): Hydrant {
  const [lon, lat] = geometry.coordinates;
  return { id, ref: String(properties.ref), lon, lat };
}

/** A ready hydrant confirmed not long ago; each test names a municipality, so that none edits what another looks at. */
export async function readyHydrant(request: APIRequestContext, municipality: string): Promise<Hydrant> {
  const filter = `municipality = '${municipality}' AND operational_status = 'ready' AND lifecycle = 'existing' AND status_as_of > DATE('2024-01-01')`;
  const [first] = await features(request, 'hydrants', { filter, limit: '1' });
  expect(first, `a ready hydrant in ${municipality}`).toBeDefined();
  return hydrant(first as Feature);
}

/** Any address of the district, as people write it. */
export async function address(request: APIRequestContext): Promise<Address> {
  const [first] = await features(request, 'addresses', { limit: '1', filter: 'house_number IS NOT NULL' });
  const { street, house_number, post_town } = (first as Feature).properties as Record<string, string>;
  const [lon, lat] = (first as Feature).geometry.coordinates;
  return { text: `${street} ${house_number}, ${post_town}`, street, house_number, post_town, lon, lat } as Address;
}

export interface Address {
  readonly text: string;
  readonly street: string;
  readonly house_number: string;
  readonly post_town: string;
  readonly lon: number;
  readonly lat: number;
}

/** The name of a street that two villages have. */
export async function twiceNamedStreet(request: APIRequestContext): Promise<{ street: string }> {
  const towns = new Map<string, Set<unknown>>();
  for (const { properties } of await features(request, 'addresses', { limit: '2000', filter: "house_number = '1'" })) {
    const street = String(properties.street);
    towns.set(street, (towns.get(street) ?? new Set()).add(properties.municipality));
  }
  const [street] = [...towns].find(([, names]) => names.size > 1) ?? [];
  expect(street, 'a street that two municipalities have').toBeDefined();
  return { street: street as string };
}

/** What the server knows of a place: its coordinates as they are spoken, and the nearest water. */
export async function nearest(
  request: APIRequestContext,
  lon: number,
  lat: number,
): Promise<{ utmref: string; refs: string[]; municipality: string }> {
  const answer = await request.get('/api/firewater/nearest', { params: { lon, lat, limit: '3' } });
  const body = (await answer.json()) as {
    at: { utmref: string; near?: { municipality: string } | null };
    sources: { ref: string; usable: boolean }[];
  };
  const refs = body.sources.filter((source) => source.usable).map((source) => source.ref);
  return { utmref: body.at.utmref, refs, municipality: body.at.near?.municipality ?? '' };
}

/** Changes properties of a hydrant as an editor would. */
export async function edit(request: APIRequestContext, id: string, properties: Record<string, unknown>): Promise<void> {
  const path = `${items('hydrants')}/${id}`;
  const before = await request.get(path);
  const answer = await request.patch(path, {
    headers: {
      authorization: `Bearer ${TOKEN}`,
      'content-type': 'application/merge-patch+json',
      'if-match': before.headers().etag ?? '',
    },
    data: JSON.stringify({ properties }),
  });
  expect(answer.status(), await answer.text()).toBe(200);
}
