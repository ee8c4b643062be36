/** What is drawn over the style: rings around the incident, ways to the water, numbers of the list. Pure data. */
import type { FeatureCollection, LineString, Point } from 'geojson';
import type { LayerSpecification } from 'maplibre-gl';
import { circle, destination, distance, type LonLat } from '../../map/place';
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

/** Where a label may stand on its ring: at the top rather than anywhere else. */
const BEARINGS = [0, 45, 315, 90, 270, 180] as const;
/** So much of a ring's radius lies between its label and what would cover it. */
const CLEAR = 0.4;

/** Where a ring is labelled: not under a number of the list, if there is a place without. */
function labelled(center: LonLat, metres: number, numbers: readonly LonLat[]): LonLat {
  const places = BEARINGS.map((bearing) => destination(center, metres, bearing));
  const isClear = (place: LonLat) => numbers.every((number) => distance(place, number) > CLEAR * metres);
  return places.find(isClear) ?? (places[0] as LonLat);
}

/** The rings, each with its length as a label that none of the numbers covers. */
export function rings(center: LonLat | null, numbers: readonly LonLat[]): FeatureCollection<LineString | Point> {
  const features = (center ? RINGS : []).flatMap((metres) => {
    const top = labelled(center as LonLat, metres, numbers);
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
        // Beside the dashes, which would be read as part of it.
        'text-anchor': 'bottom',
        'text-offset': [0, -0.2],
        'text-allow-overlap': true,
      },
      paint: { 'text-color': ink, 'text-halo-color': halo, 'text-halo-width': 3 },
    });
  }
  return layers;
}
