/** Which kinds of geometry objects have, and which of them can be drawn here. */
import { drawable, kindOf } from '../../draw/shape';
import type { CollectionSchema } from '../../form/schema';
import type { Kind } from '../spot.svelte';

const KINDS: Readonly<Record<string, Kind>> = { Point: 'point', LineString: 'line', Polygon: 'area' };

/** The kinds that a collection declares, in its order; a multiple of a kind is drawn as parts of it. */
export function kindsOf(schema: CollectionSchema): Kind[] {
  const declared = schema.properties?.geometry?.['x-geokontor-geometry'] ?? [];
  return [...new Set(declared.flatMap((name) => KINDS[name.replace('Multi', '')] ?? []))];
}

/** True for what can be moved or reshaped without losing any of it. */
export function canBeReshaped(geometry: GeoJSON.Geometry | null): boolean {
  if (geometry === null || geometry.type === 'Point') return true;
  const isDrawn = kindOf(geometry) !== null && geometry.type !== 'GeometryCollection';
  return isDrawn && drawable(geometry as Parameters<typeof drawable>[0]).length > 0;
}
