/**
 * A map as a picture from the server: the first map while the real one is on its way, and the only one where the device
 * cannot draw. Web Mercator with tiles of 512 pixels, as MapLibre counts zooms.
 */
import type { LonLat } from '../../map/place';

export interface Still {
  readonly center: LonLat;
  readonly zoom: number;
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
}

const WORLD = 512;
/** Of the image endpoint: wider pictures are refused. */
const LARGEST = 4096;

/** The address of the picture. */
export function stillUrl(still: Still, night: boolean, incident: LonLat | null, ratio: number): string {
  const side = (pixels: number) => Math.max(64, Math.min(LARGEST, Math.round(pixels)));
  const asked = new URLSearchParams({
    center: `${still.center.lon.toFixed(6)},${still.center.lat.toFixed(6)}`,
    zoom: still.zoom.toFixed(2),
    width: String(side(still.width)),
    height: String(side(still.height)),
    ratio: String(Math.min(2, Math.max(1, Math.round(ratio)))),
    style: night ? 'night' : 'day',
  });
  if (incident) asked.set('marker', `${incident.lon.toFixed(6)},${incident.lat.toFixed(6)}`);
  return `/map/image.webp?${asked}`;
}

/** The place under a point of the picture, pixels from its top left corner. */
export function placeAt(still: Still, x: number, y: number): LonLat {
  const world = WORLD * 2 ** still.zoom;
  const middle = {
    x: (still.center.lon / 360 + 0.5) * world,
    y: (0.5 - Math.asinh(Math.tan((still.center.lat * Math.PI) / 180)) / (2 * Math.PI)) * world,
  };
  const there = { x: middle.x + x - still.width / 2, y: middle.y + y - still.height / 2 };
  return {
    lon: (there.x / world - 0.5) * 360,
    lat: (Math.atan(Math.sinh((0.5 - there.y / world) * 2 * Math.PI)) * 180) / Math.PI,
  };
}

/** The zoom at which a box of degrees fits. */
export function zoomFor(bounds: readonly [number, number, number, number], width: number, height: number): number {
  const [west, south, east, north] = bounds;
  const mercator = (lat: number) => Math.asinh(Math.tan((lat * Math.PI) / 180)) / (2 * Math.PI);
  const across = width / (WORLD * Math.max(1e-9, (east - west) / 360));
  const down = height / (WORLD * Math.max(1e-9, mercator(north) - mercator(south)));
  return Math.max(0, Math.min(18, Math.log2(Math.min(across, down))));
}
