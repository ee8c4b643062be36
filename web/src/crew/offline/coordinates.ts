/** A search behind which coordinates are read on the device: they need nobody to be understood. */
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
        const own = isLost ? await read(text, district) : [];
        if (own.length === 0) throw error;
        return own;
      }
    },
  };
}

async function read(text: string, district: Bounds | null): Promise<readonly Hit[]> {
  const { coordinates, TooCoarse } = await reading();
  try {
    return coordinates(text, { district, zone: null });
  } catch (error) {
    if (error instanceof TooCoarse) throw new Unanswered('refused', error.message);
    return [];
  }
}
