/** The point of a shape nearest to a place, in the flat map around that place: right to centimetres over a few kilometres. */
import type { LonLat } from '../../map/place';
import { metresADegree } from './geodesic';

type Position = readonly number[];

/** GeoJSON as the register has it. */
export type Shape =
  | { readonly type: 'Point'; readonly coordinates: Position }
  | { readonly type: 'MultiPoint' | 'LineString'; readonly coordinates: readonly Position[] }
  | { readonly type: 'Polygon' | 'MultiLineString'; readonly coordinates: readonly (readonly Position[])[] }
  | { readonly type: 'MultiPolygon'; readonly coordinates: readonly (readonly (readonly Position[])[])[] };

/** West, south, east, north. */
export function boundsOf(shape: Shape): [number, number, number, number] {
  const bounds: [number, number, number, number] = [180, 90, -180, -90];
  const walk = (value: unknown): void => {
    if (!Array.isArray(value)) return;
    const [lon, lat] = value as unknown[];
    if (typeof lon === 'number' && typeof lat === 'number') {
      bounds[0] = Math.min(bounds[0], lon);
      bounds[1] = Math.min(bounds[1], lat);
      bounds[2] = Math.max(bounds[2], lon);
      bounds[3] = Math.max(bounds[3], lat);
    } else value.forEach(walk);
  };
  walk(shape.coordinates);
  return bounds;
}

/** Inside an area that is the place itself. */
export function closest(shape: Shape, from: LonLat): LonLat {
  const [across, along] = metresADegree(from.lat);
  let [best, lon, lat] = [Number.POSITIVE_INFINITY, from.lon, from.lat];
  const take = (x: number, y: number) => {
    const distance = x * x + y * y;
    if (distance >= best) return;
    best = distance;
    lon = from.lon + x / across;
    lat = from.lat + y / along;
  };
  const flat = ([lon = 0, lat = 0]: Position): [number, number] => [
    (lon - from.lon) * across,
    (lat - from.lat) * along,
  ];
  const line = (positions: readonly Position[]) => {
    const points = positions.map(flat);
    points.forEach(([x, y], k) => {
      const [u, v] = points[k + 1] ?? [x, y];
      const length = (u - x) ** 2 + (v - y) ** 2;
      const t = length === 0 ? 0 : Math.min(1, Math.max(0, -(x * (u - x) + y * (v - y)) / length));
      take(x + t * (u - x), y + t * (v - y));
    });
  };
  const area = (rings: readonly (readonly Position[])[]) => {
    if (rings.filter((ring) => holds(ring, from)).length % 2 === 1) take(0, 0);
    for (const ring of rings) line(ring);
  };
  if (shape.type === 'Point') take(...flat(shape.coordinates));
  else if (shape.type === 'MultiPoint') for (const point of shape.coordinates) take(...flat(point));
  else if (shape.type === 'LineString') line(shape.coordinates);
  else if (shape.type === 'MultiLineString') for (const positions of shape.coordinates) line(positions);
  else if (shape.type === 'Polygon') area(shape.coordinates);
  else if (shape.type === 'MultiPolygon') for (const rings of shape.coordinates) area(rings);
  return { lon, lat };
}

/** The point of the edge of a shape with an extent nearest to a place, also from within; null for points. */
export function edge(shape: Shape, from: LonLat): LonLat | null {
  if (shape.type === 'Point' || shape.type === 'MultiPoint') return null;
  if (shape.type === 'Polygon') return closest({ type: 'MultiLineString', coordinates: shape.coordinates }, from);
  if (shape.type !== 'MultiPolygon') return closest(shape, from);
  return closest({ type: 'MultiLineString', coordinates: shape.coordinates.flat() }, from);
}

/** True if a ring goes round a place (even-odd). */
function holds(ring: readonly Position[], { lon, lat }: LonLat): boolean {
  let inside = false;
  for (let k = 0, j = ring.length - 1; k < ring.length; j = k++) {
    const [x = 0, y = 0] = ring[k] ?? [];
    const [u = 0, v = 0] = ring[j] ?? [];
    if (y > lat !== v > lat && lon < ((u - x) * (lat - y)) / (v - y) + x) inside = !inside;
  }
  return inside;
}
