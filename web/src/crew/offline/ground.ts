/**
 * The map's tiles where the district was taken along: the base map from the device always, water from the server and,
 * where it does not answer, from the device.
 */
import type { StyleSpecification } from 'maplibre-gl';
import type { Device } from './device.svelte';

const SCHEME = 'device';
/** A tile that takes longer is drawn from the device. */
const PATIENCE = 3_000;
/** Zooms of the server's tileset of water. */
const WATER_ZOOMS = [0, 16] as const;

/** The same style with sources that ask the device. */
export function grounded(style: StyleSpecification, device: Device): StyleSpecification {
  const { copy, zooms } = device.state;
  const own = (name: string, [minzoom, maxzoom]: readonly [number, number]) => ({
    type: 'vector' as const,
    tiles: [`${SCHEME}://${name}/{z}/{x}/{y}`],
    minzoom,
    maxzoom,
  });
  const sources = { ...style.sources };
  if (zooms && 'base' in sources) sources.base = own('base', zooms);
  if (copy && 'firewater' in sources) sources.firewater = own('firewater', WATER_ZOOMS);
  return { ...style, sources };
}

/** Fetches what such a source asks for. */
export async function tile(url: string, device: Device, signal: AbortSignal): Promise<ArrayBuffer> {
  const [, name = '', z, x, y] = /^device:\/\/(\w+)\/(\d+)\/(\d+)\/(\d+)$/.exec(url) ?? [];
  const own = () => device.tile(name, Number(z), Number(x), Number(y));
  if (name !== 'firewater' || device.server.lostSince !== null) return own();
  try {
    // Past what the service worker has seen, which may be older than what is on the device.
    const answer = await fetch(`/tiles/${name}/${z}/${x}/${y}`, {
      cache: 'no-store',
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]),
    });
    if (answer.ok) return await answer.arrayBuffer();
  } catch (error) {
    if (signal.aborted) throw error;
  }
  return own();
}
