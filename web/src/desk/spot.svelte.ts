/** Where the object lies that is open: set on the map, in the form, or by an undo. List, map and form share it. */
import type { Feature, Position } from './api';

export class Spot {
  place = $state.raw<Position | null>(null);
  /** May it be moved? */
  movable = $state(false);
  /** True while an object is added: a press on the map puts it there. */
  placing = $state(false);

  /** Nothing is open. */
  clear(): void {
    this.place = null;
    this.movable = false;
    this.placing = false;
  }
}

/** Where a point lies; null for what is none. */
export function placeOf(feature: Feature | null): Position | null {
  const geometry = feature?.geometry;
  if (geometry?.type !== 'Point') return null;
  const [lon, lat] = geometry.coordinates;
  return lon === undefined || lat === undefined ? null : [lon, lat];
}

export const pointAt = (place: Position): GeoJSON.Point => ({ type: 'Point', coordinates: [...place] });
