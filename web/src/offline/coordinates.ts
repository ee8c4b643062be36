/** A search behind which coordinates are read on the device: they need nobody to be understood. */
import type { LonLat } from '../place/place';
import type { Hit, Search } from '../search/search';
import { Unanswered } from '../water/source';
import type { Bounds } from './coordinate/misread';
import { reading } from './recent';

export function withCoordinates(search: Search, district: Bounds | null): Search {
  return {
    search: async (text, near, signal) => {
      try {
        return await search.search(text, near, signal);
      } catch (error) {
        const isLost = error instanceof Unanswered && error.why === 'unreachable';
        const own = isLost ? await read(text, district) : null;
        if (!own) throw error;
        return [own];
      }
    },
  };
}

async function read(text: string, district: Bounds | null): Promise<Hit | null> {
  const { parse, shown, TooCoarse } = await reading();
  let at: LonLat;
  try {
    at = parse(text, district).at;
  } catch (error) {
    if (error instanceof TooCoarse) throw new Unanswered('refused', error.message);
    return null;
  }
  const { utmref, degrees_minutes } = shown(at, null);
  return { kind: 'coordinate', label: utmref ?? text, detail: degrees_minutes, ...at, exact: true };
}
