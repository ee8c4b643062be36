/** How supply is drawn: by colour and by pattern, so that neither is needed alone. */
import type { LayerSpecification } from 'maplibre-gl';
import type { SupplyChange, SupplySite, SupplyVerdict } from '../../server/api';

export const SUPPLY = 'supply';
export const CHANGED = 'supply-changed';
export const SITES = 'supply-sites';
/** From here on buildings are drawn by themselves (src/supply/layer.rs). */
export const SINGLE = 13;

export type Drawn = Exclude<SupplyVerdict, 'exempt'>;
export const DRAWN: readonly Drawn[] = ['supplied', 'too_little', 'none', 'unknown'];

/** Told apart in every kind of colour blindness (after Okabe and Ito), by day and by night. */
export const COLOURS: Record<Drawn, readonly [day: string, night: string]> = {
  supplied: ['#0072b2', '#56b4e9'],
  too_little: ['#d97a00', '#f0a830'],
  none: ['#b3261e', '#ff7b72'],
  unknown: ['#6b7078', '#a8b0ba'],
};

/** Where a square of eight pixels is inked: full, stripes, a lattice, dots. */
const PATTERNS: Record<Drawn, (x: number, y: number) => boolean> = {
  supplied: () => true,
  too_little: (x, y) => (x + y) % 8 < 4,
  none: (x, y) => (x + y) % 8 < 2 || (x - y + 8) % 8 < 2,
  unknown: (x, y) => x % 4 < 2 && y % 4 < 2,
};

export interface Pattern {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** The picture of a verdict, to be repeated; what is not inked is a little tinted, so that a building is seen as one. */
export function patternOf(verdict: Drawn, dark: boolean): Pattern {
  const colour = COLOURS[verdict][dark ? 1 : 0];
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)) as [
    number,
    number,
    number,
  ];
  const data = new Uint8Array(8 * 8 * 4);
  for (let y = 0; y < 8; y++)
    for (let x = 0; x < 8; x++) data.set([red, green, blue, PATTERNS[verdict](x, y) ? 255 : 60], (y * 8 + x) * 4);
  return { width: 8, height: 8, data };
}

const picture = (verdict: Drawn) => `supply-${verdict}`;

export function layersOf(dark: boolean): LayerSpecification[] {
  const paper = dark ? '#14171a' : '#ffffff';
  const ink = dark ? '#ffffff' : '#1a1c1f';
  const byVerdict = <T>(of: (verdict: Drawn) => T) => DRAWN.flatMap((verdict) => [verdict, of(verdict)] as const);
  const colour = (verdict: Drawn) => COLOURS[verdict][dark ? 1 : 0];
  // MapLibre's types want a match to have just so many members.
  const match = (of: (verdict: Drawn) => string, otherwise: string) =>
    ['match', ['get', 'verdict'], ...byVerdict(of), otherwise] as unknown as ['get', string];
  return [
    {
      id: `${SUPPLY}-areas`,
      type: 'fill',
      source: SUPPLY,
      'source-layer': SUPPLY,
      filter: ['==', ['geometry-type'], 'Polygon'],
      paint: { 'fill-pattern': match(picture, picture('unknown')) },
    },
    {
      id: `${SUPPLY}-edges`,
      type: 'line',
      source: SUPPLY,
      'source-layer': SUPPLY,
      filter: ['==', ['geometry-type'], 'Polygon'],
      paint: { 'line-color': match(colour, colour('unknown')), 'line-width': 1.5 },
    },
    {
      id: `${SUPPLY}-squares`,
      type: 'circle',
      source: SUPPLY,
      'source-layer': SUPPLY,
      maxzoom: SINGLE,
      filter: ['has', 'all'],
      paint: {
        'circle-color': [
          'case',
          ['>', ['get', 'gaps'], 0],
          colour('none'),
          ['>', ['get', 'unknown'], 0],
          colour('unknown'),
          colour('supplied'),
        ],
        'circle-opacity': 0.85,
        'circle-radius': ['interpolate', ['linear'], ['get', 'all'], 1, 4, 50, 9, 400, 14],
        'circle-stroke-color': paper,
        'circle-stroke-width': 1,
      },
    },
    {
      id: `${SUPPLY}-counts`,
      type: 'symbol',
      source: SUPPLY,
      'source-layer': SUPPLY,
      maxzoom: SINGLE,
      filter: ['>', ['coalesce', ['get', 'gaps'], 0], 0],
      layout: {
        'text-field': ['to-string', ['get', 'gaps']],
        'text-font': ['Geokontor Bold'],
        'text-size': 11,
        'text-allow-overlap': false,
      },
      paint: { 'text-color': paper, 'text-halo-color': colour('none'), 'text-halo-width': 1 },
    },
    {
      id: CHANGED,
      type: 'circle',
      source: CHANGED,
      paint: {
        'circle-color': 'rgba(0, 0, 0, 0)',
        'circle-radius': ['interpolate', ['linear'], ['zoom'], 11, 4, 17, 14],
        'circle-stroke-color': match(colour, colour('unknown')),
        'circle-stroke-width': 3,
      },
    },
    {
      id: SITES,
      type: 'circle',
      source: SITES,
      paint: { 'circle-color': paper, 'circle-radius': 12, 'circle-stroke-color': ink, 'circle-stroke-width': 3 },
    },
    {
      id: `${SITES}-ranks`,
      type: 'symbol',
      source: SITES,
      layout: {
        'text-field': ['to-string', ['get', 'rank']],
        'text-font': ['Geokontor Bold'],
        'text-size': 13,
        'text-allow-overlap': true,
      },
      paint: { 'text-color': ink },
    },
  ];
}

/** The pictures of all verdicts by their names. */
export const picturesOf = (dark: boolean) =>
  DRAWN.map((verdict) => [picture(verdict), patternOf(verdict, dark)] as const);

const point = (lon: number, lat: number, properties: Record<string, unknown>): GeoJSON.Feature => ({
  type: 'Feature',
  geometry: { type: 'Point', coordinates: [lon, lat] },
  properties,
});

export const drawnChanges = (changes: readonly SupplyChange[]): GeoJSON.FeatureCollection => ({
  type: 'FeatureCollection',
  features: changes.map(({ id, lon, lat, after }) => point(lon, lat, { id, verdict: after })),
});

export const drawnSites = (sites: readonly SupplySite[]): GeoJSON.FeatureCollection => ({
  type: 'FeatureCollection',
  features: sites.map(({ rank, lon, lat }) => point(lon, lat, { rank })),
});
