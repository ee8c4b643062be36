/** Outlines of areas: from GeoJSON to what can be drawn, and back. */

export type Outline = GeoJSON.Polygon | GeoJSON.MultiPolygon;

/** A feature as the drawing keeps it. */
interface Drawn {
  readonly geometry: { readonly type: string; readonly coordinates: unknown };
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Decimals of a degree that are drawn: a centimetre. */
const DECIMALS = 7;

const polygonsOf = (outline: Outline): readonly GeoJSON.Position[][][] =>
  outline.type === 'Polygon' ? [outline.coordinates] : outline.coordinates;

/** The polygons of an outline as features for the drawing. Holes are not drawn: an outline with any is drawn anew. */
export function drawable(outline: Outline | null) {
  const whole = (outline ? polygonsOf(outline) : []).filter((rings) => rings.length === 1);
  const rounded = ([lon = 0, lat = 0]: GeoJSON.Position): [number, number] => [
    Number(lon.toFixed(DECIMALS)),
    Number(lat.toFixed(DECIMALS)),
  ];
  return whole.map((rings) => ({
    type: 'Feature' as const,
    properties: { mode: 'polygon' },
    geometry: { type: 'Polygon' as const, coordinates: rings.map((ring) => ring.map(rounded)) },
  }));
}

/** What is drawn as one outline; null where nothing is. Of a polygon that is not finished there are fewer than four corners. */
export function outlineOf(features: readonly Drawn[]): Outline | null {
  const polygons = features
    .filter(({ geometry, properties }) => geometry.type === 'Polygon' && properties.mode === 'polygon')
    .map(({ geometry }) => geometry.coordinates as GeoJSON.Position[][])
    .filter(([ring]) => (ring?.length ?? 0) > 3);
  const [first, ...others] = polygons;
  if (!first) return null;
  if (others.length === 0) return { type: 'Polygon', coordinates: first };
  return { type: 'MultiPolygon', coordinates: polygons };
}

/** West, south, east and north; null where there is nothing. */
export function boundsOf(outline: Outline | null): [number, number, number, number] | null {
  const corners = outline ? polygonsOf(outline).flat(2) : [];
  if (corners.length === 0) return null;
  const [lons, lats] = [corners.map(([lon = 0]) => lon), corners.map(([, lat = 0]) => lat)];
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}
