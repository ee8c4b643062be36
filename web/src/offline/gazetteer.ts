/**
 * Finding places without a server: addresses, streets, settlements, municipalities and the numbers of water sources.
 *
 * Reads `/api/device/search` (src/offline/gazetteer.rs) and finds by the rules of the server (`names/`); what both are held
 * to is tests/fixtures/search.json.
 */
import { distance, type LonLat } from '../place/place';
import type { Hit } from '../search/search';
import { type Datum, datumOf } from './coordinate/gausskrueger';
import { type Entry, entriesOf, type GazetteerFile, type House } from './names/entries';
import { Asked, hitOf } from './names/find';
import { keyOf, tokens } from './names/fold';
import { Words } from './names/words';
import type { Register } from './register';

export type { GazetteerFile } from './names/entries';

const LIMIT = 8;
/** So many candidates are offered for a text that may mean several places. */
const CANDIDATES = 5;
/** Places of one name that are nearer to one another than this are one, metres. */
const SAME = 50;
/** Where the district has said nothing, metres. */
const ACCURACY = 50;
const ADDRESS_WITHIN = 500;

/** The address nearest to a place. */
export interface NearAddress {
  readonly label: string;
  readonly settlement: string | null;
  readonly municipality: string | null;
  readonly distance: number;
}

export class Gazetteer {
  readonly #words = new Words();
  readonly #entries: readonly Entry[];
  readonly #within: readonly (readonly string[])[];
  /** Datums of Gauss-Krüger that are usual here. */
  readonly datums: readonly Datum[];
  /** Up to so many metres a place is exact. */
  readonly accuracy: number;
  readonly #addressWithin: number;
  #houses: { readonly entry: Entry; readonly house: House }[] | null = null;

  constructor(file: GazetteerFile) {
    this.#entries = entriesOf(file, this.#words);
    this.#within = (file.lies_in ?? []).map((name) => tokens(name).map(({ text }) => text));
    this.datums = (file.gauss_krueger ?? []).flatMap((epsg) => datumOf(epsg) ?? []);
    this.accuracy = file.position_accuracy_m ?? ACCURACY;
    this.#addressWithin = file.address_within_m ?? ADDRESS_WITHIN;
  }

  /** The best places for a text; the nearer ones first among equals. */
  search(text: string, near: LonLat | null, limit = LIMIT): Hit[] {
    return this.#found(text, near)
      .slice(0, limit)
      .map((one) => hitOf(one, this.accuracy));
  }

  /** The one place that a text names without doubt, or what it may mean. */
  place(text: string): { readonly meant: Hit | null; readonly candidates: readonly Hit[] } {
    const asked = new Asked(text, this.#within, this.#words);
    const found = this.#found(text, null).slice(0, CANDIDATES + 1);
    const hits = found.map((candidate) => ({
      hit: hitOf(candidate, this.accuracy),
      isInSettlement: candidate.entry.kind === 'street' && asked.says(candidate.entry.settlement),
    }));
    // The town's own street comes before those of villages that only have its postcode.
    const first = hits.find(({ hit, isInSettlement }) => hit.exact && isInSettlement) ?? hits[0];
    const isRival = ({ hit, isInSettlement }: (typeof hits)[number]) => {
      if (!first || !hit.exact || isInSettlement < first.isInSettlement || hit === first.hit) return false;
      // A municipality is called after the place in it, and so are the addresses of a village without street names.
      const name = hit.kind === 'street' ? hit.label.split(', ')[0] : hit.kind === 'municipality' ? hit.label : null;
      const isNamesake = first.hit.kind === 'place' && name === first.hit.label;
      return !isNamesake && !(first.hit.label === hit.label && distance(first.hit, hit) <= SAME);
    };
    const isClear = first?.hit.exact && !hits.some(isRival);
    return { meant: isClear ? first.hit : null, candidates: hits.slice(0, CANDIDATES).map(({ hit }) => hit) };
  }

  /** The address nearest to a place, within what the district calls near. */
  near(at: LonLat): NearAddress | null {
    this.#houses ??= this.#entries.flatMap((entry) => entry.houses.map((house) => ({ entry, house })));
    const reach = this.#addressWithin / 60_000;
    let best: { entry: Entry; house: House; off: number } | null = null;
    for (const { entry, house } of this.#houses) {
      if (Math.abs(house.at.lat - at.lat) > reach || Math.abs(house.at.lon - at.lon) > 2 * reach) continue;
      const off = distance(at, house.at);
      if (off <= this.#addressWithin && (!best || off < best.off)) best = { entry, house, off };
    }
    if (!best) return null;
    const { entry, house, off } = best;
    return {
      label: `${entry.name} ${house.text}`,
      settlement: entry.settlement || null,
      municipality: entry.municipality || null,
      distance: Math.round(off * 10) / 10,
    };
  }

  #found(text: string, near: LonLat | null) {
    const asked = new Asked(text, this.#within, this.#words);
    return asked.isEmpty ? [] : asked.candidates(this.#entries, near);
  }
}

/** Sources by their number, `LOS-0001` and `los 1` alike. */
export function byNumber(register: Register, text: string, near: LonLat | null): Hit[] {
  const wanted = keyOf(text.replace(/^\s*(hydrant|saugstelle|entnahmestelle)\s+/i, ''));
  if (wanted.length < 2 || !/\d/.test(wanted)) return [];
  const kinds = { hydrants: 'hydrant', water_sources: 'water_source', suction_points: 'suction_point' } as const;
  const found: { hit: Hit; rank: number }[] = [];
  for (const row of register.rows()) {
    const ref = row.values?.ref;
    const kind = kinds[row.collection as keyof typeof kinds];
    if (typeof ref !== 'string' || !kind) continue;
    const own = keyOf(ref);
    if (!own.startsWith(wanted)) continue;
    const label = register.code(row, 'kind')?.[1] ?? null;
    const at = { lon: row.lon, lat: row.lat };
    const hit: Hit = {
      kind,
      label: ref,
      detail: label,
      ...at,
      collection: row.collection,
      id: row.id,
      exact: own === wanted,
      ...(own === wanted ? {} : { begun: true }),
      certainty: 'exact',
      radius: null,
    };
    found.push({ hit, rank: (own === wanted ? 0 : 1e9) + (near ? distance(near, at) : 0) });
  }
  return found
    .sort((a, b) => a.rank - b.rank)
    .slice(0, LIMIT)
    .map(({ hit }) => hit);
}
