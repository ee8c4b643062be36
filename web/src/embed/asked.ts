/** What the homepage asks of the map, from the frame's address. Rubbish is passed over: a homepage must get its map. */
import type { Language } from '../i18n/language';
import { isPlace, type LonLat } from '../map/place';

export const LAYERS = ['hydrants', 'water_sources', 'suction_points'] as const;
const ZOOM = 15;

export interface Asked {
  /** null: the whole district. */
  readonly center: LonLat | null;
  readonly zoom: number;
  readonly layers: readonly string[];
  readonly language: Language;
  /** Whether the way to the list is shown: an element shows its own, which is there without the frame too. */
  readonly list: boolean;
}

/** Reads `center=lon,lat`, `zoom`, `layers` (names with commas), `lang` and `list`; `language` is the page's. */
export function asked(query: string, language: string): Asked {
  const said = new URLSearchParams(query);
  const [lon = Number.NaN, lat = Number.NaN] = (said.get('center') ?? '').split(',').map(Number.parseFloat);
  const zoom = Number.parseFloat(said.get('zoom') ?? '');
  const named = (said.get('layers') ?? '').split(',').map((name) => name.trim());
  const layers = LAYERS.filter((name) => named.includes(name));
  const lang = said.get('lang') ?? language;
  return {
    center: isPlace(lon, lat) ? { lon, lat } : null,
    zoom: zoom >= 0 && zoom <= 20 ? zoom : ZOOM,
    layers: layers.length > 0 ? layers : LAYERS,
    language: lang.toLowerCase().startsWith('en') ? 'en' : 'de',
    list: said.get('list') !== 'no',
  };
}
