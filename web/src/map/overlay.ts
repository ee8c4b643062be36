/** What is drawn over the style: rings around the incident, ways to the water, numbers of the list. Pure data. */
import type { FeatureCollection, LineString, Point } from 'geojson';
import type { LayerSpecification } from 'maplibre-gl';
import { circle, destination, type LonLat } from '../place/place';
import type { Nearest, Route, Source } from '../water/source';

/** Metres: a first attack, the spacing of hydrants, the area of W 405. */
export const RINGS = [75, 150, 300] as const;

export const OVERLAYS = ['rings', 'lines'] as const;
export type Overlay = (typeof OVERLAYS)[number];

/** A number of the list at its place. */
export interface Numbered {
  readonly at: LonLat;
  readonly element: HTMLElement;
}

/** Everything about one incident. */
export interface Drawing {
  readonly overlays: Readonly<Record<Overlay, FeatureCollection<LineString | Point>>>;
  readonly numbers: readonly Numbered[];
}

/** The rings with their lengths as labels at the top of each. */
export function rings(center: LonLat | null): FeatureCollection<LineString | Point> {
  const features = (center ? RINGS : []).flatMap((metres) => {
    const top = destination(center as LonLat, metres, 0);
    return [
      {
        type: 'Feature' as const,
        properties: { label: '' },
        geometry: { type: 'LineString' as const, coordinates: circle(center as LonLat, metres) },
      },
      {
        type: 'Feature' as const,
        properties: { label: `${metres} m` },
        geometry: { type: 'Point' as const, coordinates: [top.lon, top.lat] },
      },
    ];
  });
  return { type: 'FeatureCollection', features };
}

/** More lines than this hide the map. */
const MOST_LINES = 5;

/** Ways turn by turn, by source. */
type Turns = ReadonlyMap<string, Route['geometry']>;

/** The ways to the nearest sources that can be used, or to the one looked at: by road where it is known, else straight. */
export function lines(nearest: Nearest | null, selected: Source | null, ways: Turns): FeatureCollection<LineString> {
  const usable = nearest?.sources.filter((source) => source.usable).slice(0, MOST_LINES) ?? [];
  const sources = selected && nearest ? [selected] : usable;
  const features = sources.map((source) => {
    const straight = [
      [nearest?.at.lon ?? 0, nearest?.at.lat ?? 0],
      [source.position.lon, source.position.lat],
    ];
    const road = ways.get(source.id)?.coordinates.map((position) => [...position]);
    return {
      type: 'Feature' as const,
      properties: { by: road ? 'road' : 'line', selected: source.id === selected?.id },
      geometry: { type: 'LineString' as const, coordinates: road ?? straight },
    };
  });
  return { type: 'FeatureCollection', features };
}

/** The layers that show them. `glyphs`: whether the style has letters. */
export function overlayLayers(night: boolean, glyphs: boolean): LayerSpecification[] {
  const ink = night ? '#ff9b87' : '#1a3d9e';
  const halo = night ? '#14171a' : '#ffffff';
  const width = (thin: number, thick: number): ['case', ['get', 'selected'], number, number] => [
    'case',
    ['get', 'selected'],
    thick,
    thin,
  ];
  const layers: LayerSpecification[] = [
    {
      id: 'crew-rings',
      type: 'line',
      source: 'rings',
      filter: ['==', ['geometry-type'], 'LineString'],
      paint: { 'line-color': ink, 'line-width': 1.6, 'line-opacity': 0.75, 'line-dasharray': [4, 3] },
    },
    {
      id: 'crew-lines-casing',
      type: 'line',
      source: 'lines',
      paint: { 'line-color': halo, 'line-width': width(5, 8), 'line-opacity': 0.8 },
    },
    {
      id: 'crew-lines-road',
      type: 'line',
      source: 'lines',
      filter: ['==', ['get', 'by'], 'road'],
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-color': ink, 'line-width': width(2.5, 5) },
    },
    {
      id: 'crew-lines-straight',
      type: 'line',
      source: 'lines',
      filter: ['==', ['get', 'by'], 'line'],
      paint: { 'line-color': ink, 'line-width': width(2, 4), 'line-dasharray': [3, 2] },
    },
  ];
  if (glyphs) {
    layers.push({
      id: 'crew-rings-label',
      type: 'symbol',
      source: 'rings',
      filter: ['==', ['geometry-type'], 'Point'],
      layout: {
        'text-field': ['get', 'label'],
        'text-font': ['Geokontor Bold'],
        'text-size': 13,
        'text-allow-overlap': true,
      },
      paint: { 'text-color': ink, 'text-halo-color': halo, 'text-halo-width': 3 },
    });
  }
  return layers;
}
