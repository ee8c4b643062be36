/** The circle in which an incident may lie that is not known exactly. Pure data. */
import type { FeatureCollection, Polygon } from 'geojson';
import type { LayerSpecification } from 'maplibre-gl';
import { circle, destination, type LonLat } from '../../map/place';

/** Its source in the style. */
export const DOUBT = 'doubt';

export interface Doubt {
  readonly at: LonLat;
  /** Metres. */
  readonly radius: number;
}

export function doubtCircle(doubt: Doubt | null): FeatureCollection<Polygon> {
  const features = doubt
    ? [
        {
          type: 'Feature' as const,
          properties: {},
          geometry: { type: 'Polygon' as const, coordinates: [circle(doubt.at, doubt.radius)] },
        },
      ]
    : [];
  return { type: 'FeatureCollection', features };
}

/** Its outermost places, to be brought into view. */
export function outermost({ at, radius }: Doubt): LonLat[] {
  return [0, 90, 180, 270].map((bearing) => destination(at, radius, bearing));
}

export function doubtLayers(night: boolean): LayerSpecification[] {
  const amber = night ? '#ffc53d' : '#8f5600';
  return [
    {
      id: 'crew-doubt',
      type: 'fill',
      source: DOUBT,
      paint: { 'fill-color': '#ffc53d', 'fill-opacity': night ? 0.1 : 0.16 },
    },
    {
      id: 'crew-doubt-edge',
      type: 'line',
      source: DOUBT,
      paint: { 'line-color': amber, 'line-width': 2.5, 'line-dasharray': [3, 2] },
    },
  ];
}
