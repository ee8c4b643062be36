/** How the rows of a file are drawn on a map. */
import type { LayerSpecification } from 'maplibre-gl';

export const PLACES = 'places';
export const SELECTED = 'selected';

export interface Dot {
  readonly number: number;
  /** Longitude and latitude. */
  readonly at: readonly [number, number];
  readonly status: string;
}

/** By what becomes of a row; told in words beside the map, too. */
const COLORS: Readonly<Record<string, string>> = {
  new: '#1b7f3b',
  changed: '#1f4fb5',
  unchanged: '#7a828c',
  duplicate: '#b26a00',
  conflict: '#8e24aa',
  error: '#b3261e',
  skipped: '#a9b0b8',
};

export const colorOf = (status: string): string => COLORS[status] ?? '#1f4fb5';

export function layers(dark: boolean): LayerSpecification[] {
  const ring = dark ? '#14171a' : '#ffffff';
  return [
    {
      id: PLACES,
      type: 'circle',
      source: PLACES,
      paint: {
        'circle-color': ['get', 'color'],
        'circle-radius': ['interpolate', ['linear'], ['zoom'], 9, 2.5, 15, 6],
        'circle-stroke-color': ring,
        'circle-stroke-width': ['interpolate', ['linear'], ['zoom'], 9, 0.5, 15, 2],
      },
    },
    {
      id: SELECTED,
      type: 'circle',
      source: SELECTED,
      paint: {
        'circle-color': ['get', 'color'],
        'circle-radius': 9,
        'circle-stroke-color': dark ? '#ffd166' : '#111418',
        'circle-stroke-width': 3,
      },
    },
  ];
}
