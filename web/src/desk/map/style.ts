/** How the objects of a list are drawn over the map of the house. */
import type { LayerSpecification, StyleSpecification } from 'maplibre-gl';

export const ROWS = 'rows';
export const MARKED = 'marked';
export const SELECTED = 'selected';
export const FORMER = 'former';
export const PROPOSED = 'proposed';

/** The style without the water of crews, which would lie below the same objects of the list. */
export const groundOf = (style: StyleSpecification): StyleSpecification => ({
  ...style,
  layers: style.layers.filter((layer) => !('source' in layer) || layer.source !== 'firewater'),
});

/**
 * Layers of the objects, whatever their geometry, of those that are marked, of the one that is chosen above them, and of
 * where that was.
 */
export function layersOf(dark: boolean): LayerSpecification[] {
  const [ink, paper, mark, chosen, former] = dark
    ? ['#8ab4ff', '#14171a', '#ff9ff3', '#ffd166', '#9aa3ad']
    : ['#1f4fb5', '#ffffff', '#8e24aa', '#b3261e', '#5f6670'];
  const of = (source: string, color: string, size: number): LayerSpecification[] => [
    {
      id: `${source}-areas`,
      type: 'fill',
      source,
      filter: ['==', ['geometry-type'], 'Polygon'],
      paint: { 'fill-color': color, 'fill-opacity': 0.3 },
    },
    {
      id: `${source}-lines`,
      type: 'line',
      source,
      filter: ['!=', ['geometry-type'], 'Point'],
      paint: { 'line-color': color, 'line-width': size / 2 },
    },
    {
      id: `${source}-points`,
      type: 'circle',
      source,
      filter: ['==', ['geometry-type'], 'Point'],
      paint: {
        'circle-color': color,
        'circle-radius': ['interpolate', ['linear'], ['zoom'], 9, size / 3, 15, size],
        'circle-stroke-color': paper,
        'circle-stroke-width': ['interpolate', ['linear'], ['zoom'], 9, 0.5, 15, 2],
      },
    },
  ];
  return [
    ...of(ROWS, ink, 6),
    ...of(MARKED, mark, 8),
    ...proposedOf(dark),
    ...of(SELECTED, chosen, 9),
    ...of(FORMER, former, 9),
  ];
}

/** A ring around what a proposal is about, the way to where that would put it, and a dot there. */
function proposedOf(dark: boolean): LayerSpecification[] {
  const color = dark ? '#ffb74d' : '#b26a00';
  const part = (name: string): ['==', ['get', string], string] => ['==', ['get', 'part'], name];
  const ring = { 'circle-color': 'rgba(0, 0, 0, 0)', 'circle-stroke-color': color, 'circle-stroke-width': 3 } as const;
  return [
    {
      id: `${PROPOSED}-way`,
      type: 'line',
      source: PROPOSED,
      filter: part('way'),
      paint: { 'line-color': color, 'line-width': 2, 'line-dasharray': [2, 1.5] },
    },
    {
      id: `${PROPOSED}-from`,
      type: 'circle',
      source: PROPOSED,
      filter: part('from'),
      paint: { ...ring, 'circle-radius': 11 },
    },
    {
      id: `${PROPOSED}-to`,
      type: 'circle',
      source: PROPOSED,
      filter: part('to'),
      paint: { ...ring, 'circle-color': color, 'circle-opacity': 0.35, 'circle-radius': 7 },
    },
  ];
}

/** West, south, east, north, degrees. */
export type Bounds = [number, number, number, number];

export const isWithin = (inner: Bounds | null, outer: Bounds) =>
  inner !== null && inner[0] >= outer[0] && inner[1] >= outer[1] && inner[2] <= outer[2] && inner[3] <= outer[3];

/** The box around all objects; null where none has a place. */
export function aroundAll(features: readonly { readonly geometry: GeoJSON.Geometry | null }[]): Bounds | null {
  let all: Bounds | null = null;
  for (const { geometry } of features) {
    const box = boundsOf(geometry);
    if (!box) continue;
    const [west, south, east, north]: Bounds = all ?? box;
    all = [Math.min(west, box[0]), Math.min(south, box[1]), Math.max(east, box[2]), Math.max(north, box[3])];
  }
  return all;
}

/** The box around an object; null for one without a place. */
export function boundsOf(geometry: GeoJSON.Geometry | null): Bounds | null {
  const bounds: Bounds = [180, 90, -180, -90];
  const take = (part: unknown): void => {
    if (!Array.isArray(part)) return;
    const [x, y] = part as unknown[];
    if (typeof x === 'number' && typeof y === 'number') {
      bounds[0] = Math.min(bounds[0], x);
      bounds[1] = Math.min(bounds[1], y);
      bounds[2] = Math.max(bounds[2], x);
      bounds[3] = Math.max(bounds[3], y);
    } else part.forEach(take);
  };
  if (geometry?.type === 'GeometryCollection') {
    for (const part of geometry.geometries) if ('coordinates' in part) take(part.coordinates);
  } else take(geometry?.coordinates);
  return bounds[0] <= bounds[2] ? bounds : null;
}
