/** What is asked of the supply with fire water. */
import { line } from '../../page/line';
import type { SupplyOfPlace, SupplyPlaces, SupplySummary, SupplyWithout } from '../../server/api';

const of = (failed: readonly string[]) =>
  failed.length > 0 ? `?${new URLSearchParams({ without: failed.join(',') })}` : '';

export const summary = () => line.get<SupplySummary>('/api/supply');

/** A building, as if some objects had failed. */
export const building = (id: string, failed: readonly string[]) =>
  line.get<SupplyOfPlace>(`/api/supply/buildings/${id}${of(failed)}`);

/** What is lost without some objects. */
export const without = (failed: readonly string[], signal: AbortSignal) =>
  line.get<SupplyWithout>(`/api/supply/without?${new URLSearchParams({ object: failed.join(',') })}`, signal);

/** Where a new tank would help most. */
export const tanks = (by: 'buildings' | 'people') =>
  line.get<SupplyPlaces>(`/api/supply/tanks?${new URLSearchParams({ by })}`);

/** The borders of a municipality, by its key. */
export async function borders(key: string): Promise<GeoJSON.Geometry | null> {
  const query = new URLSearchParams({ filter: `key = '${key.replaceAll("'", "''")}'`, limit: '1' });
  const { features } = await line.get<GeoJSON.FeatureCollection>(`/ogc/collections/municipalities/items?${query}`);
  return features[0]?.geometry ?? null;
}

/** Addresses of files. */
export const TABLE = '/api/supply/municipalities.csv';
export const reportIn = (language: string) => `/api/supply/report.pdf?${new URLSearchParams({ lang: language })}`;
export const tiles = (origin: string) => `${origin}/api/supply/tiles/{z}/{x}/{y}`;
