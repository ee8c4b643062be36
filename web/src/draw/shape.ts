/** Lines and areas: from GeoJSON to what can be drawn, and back. */

export type Line = GeoJSON.LineString | GeoJSON.MultiLineString;
export type Area = GeoJSON.Polygon | GeoJSON.MultiPolygon;
export type Shape = Line | Area;
/** What is drawn. */
export type Kind = 'line' | 'area';

/** A feature as the drawing keeps it. */
interface Drawn {
  readonly geometry: { readonly type: string; readonly coordinates: unknown };
  readonly properties: Readonly<Record<string, unknown>>;
}

/** How the drawing names what belongs to it. */
export const MODES: Readonly<Record<Kind, string>> = { line: 'linestring', area: 'polygon' };

/** Decimals of a degree that are drawn: a centimetre. */
const DECIMALS = 7;

/** Which kind of drawing a geometry is of; null for points and collections. */
export function kindOf(geometry: GeoJSON.Geometry | null): Kind | null {
  switch (geometry?.type) {
    case 'LineString':
    case 'MultiLineString':
      return 'line';
    case 'Polygon':
    case 'MultiPolygon':
      return 'area';
    default:
      return null;
  }
}

const linesOf = (shape: Line) => (shape.type === 'LineString' ? [shape.coordinates] : shape.coordinates);
const polygonsOf = (shape: Area) => (shape.type === 'Polygon' ? [shape.coordinates] : shape.coordinates);

const rounded = ([lon = 0, lat = 0]: GeoJSON.Position): [number, number] => [
  Number(lon.toFixed(DECIMALS)),
  Number(lat.toFixed(DECIMALS)),
];

/** The parts of a shape as features for the drawing. Holes are not drawn: a shape with any has no parts, and is drawn anew. */
export function drawable(shape: Shape | null) {
  if (shape === null) return [];
  if (shape.type === 'LineString' || shape.type === 'MultiLineString') {
    return linesOf(shape).map((line) => ({
      type: 'Feature' as const,
      properties: { mode: MODES.line },
      geometry: { type: 'LineString' as const, coordinates: line.map(rounded) },
    }));
  }
  const polygons = polygonsOf(shape);
  if (polygons.some((rings) => rings.length !== 1)) return [];
  return polygons.map((rings) => ({
    type: 'Feature' as const,
    properties: { mode: MODES.area },
    geometry: { type: 'Polygon' as const, coordinates: rings.map((ring) => ring.map(rounded)) },
  }));
}

/** What is drawn as one line; null where nothing is. */
export function lineOf(features: readonly Drawn[]): Line | null {
  const [first, ...others] = drawnAs<GeoJSON.Position[]>(features, 'LineString', MODES.line).filter(
    (line) => line.length > 1,
  );
  if (!first) return null;
  return others.length === 0
    ? { type: 'LineString', coordinates: first }
    : { type: 'MultiLineString', coordinates: [first, ...others] };
}

/** What is drawn as one area; null where nothing is. Of a polygon that is not finished there are fewer than four corners. */
export function areaOf(features: readonly Drawn[]): Area | null {
  const [first, ...others] = drawnAs<GeoJSON.Position[][]>(features, 'Polygon', MODES.area).filter(
    ([ring]) => (ring?.length ?? 0) > 3,
  );
  if (!first) return null;
  return others.length === 0
    ? { type: 'Polygon', coordinates: first }
    : { type: 'MultiPolygon', coordinates: [first, ...others] };
}

/** Coordinates of the features of one type that belong to a mode; points for the hand do not. */
function drawnAs<T>(features: readonly Drawn[], type: string, mode: string): T[] {
  const ours = features.filter(({ geometry, properties }) => geometry.type === type && properties.mode === mode);
  return ours.map(({ geometry }) => geometry.coordinates as T);
}

/** West, south, east and north of an area; null where there is none. */
export function boundsOf(area: Area | null): [number, number, number, number] | null {
  const corners = area ? polygonsOf(area).flat(2) : [];
  if (corners.length === 0) return null;
  const [lons, lats] = [corners.map(([lon = 0]) => lon), corners.map(([, lat = 0]) => lat)];
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}
