/** Where the object lies that is open: set or drawn on the map, typed in the form, or taken back. List, map and form share it. */
import type { Kind as Drawn } from '../draw/shape';
import type { Feature, Position } from './api';

/** What is set or drawn on the map. */
export type Kind = 'point' | Drawn;

export class Spot {
  /** The geometry of the object that is open; null while it has none. */
  shape = $state.raw<GeoJSON.Geometry | null>(null);
  /** May it be moved or reshaped? */
  editable = $state(false);
  /** What is put on the map while an object is added; null where none is. */
  placing = $state<Kind | null>(null);
  /** Where the object was once, shown beside where it is. */
  former = $state.raw<GeoJSON.Geometry | null>(null);
  /** Of a point. */
  readonly place: Position | null = $derived(pointOf(this.shape));

  put(place: Position): void {
    this.shape = pointAt(place);
  }

  /** Nothing is open. */
  clear(): void {
    this.shape = null;
    this.editable = false;
    this.placing = null;
    this.former = null;
  }
}

/** Where a point lies; null for what is none. */
export function pointOf(geometry: GeoJSON.Geometry | null): Position | null {
  if (geometry?.type !== 'Point') return null;
  const [lon, lat] = geometry.coordinates;
  return lon === undefined || lat === undefined ? null : [lon, lat];
}

export const placeOf = (feature: Feature | null) => pointOf(feature?.geometry ?? null);

const pointAt = (place: Position): GeoJSON.Point => ({ type: 'Point', coordinates: [...place] });
