/**
 * Finding places without a server: addresses, streets and where they meet, settlements, municipalities, waters by name and
 * number.
 *
 * Reads `/api/device/search` (src/offline/gazetteer.rs) and finds by the rules of the server (`names/`); what both are held
 * to is tests/fixtures/search.json.
 */

import { distance, type LonLat } from '../../map/place';
import type { Hit } from '../search/search';
import type { Language } from '../words/speech.svelte';
import { type Datum, datumOf } from './coordinate/gausskrueger';
import { type Crossings, type Entry, entriesOf, type GazetteerFile, type House } from './names/entries';
import { Asked, type Candidate, hitOf } from './names/find';
import { tokens } from './names/fold';
import { Waters } from './names/waters';
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

/** What fits a text; whether the text says the settlement of a street or house. */
interface Found {
  readonly hit: Hit;
  readonly isInSettlement: boolean;
}

export class Gazetteer {
  readonly #words = new Words();
  readonly #entries: readonly Entry[];
  readonly #crossings: Crossings;
  readonly #waters: Waters;
  readonly #within: readonly (readonly string[])[];
  /** Datums of Gauss-Krüger that are usual here. */
  readonly datums: readonly Datum[];
  /** Up to so many metres a place is exact. */
  readonly accuracy: number;
  readonly #addressWithin: number;
  #houses: { readonly entry: Entry; readonly house: House }[] | null = null;

  constructor(file: GazetteerFile) {
    const { entries, crossings } = entriesOf(file, this.#words);
    [this.#entries, this.#crossings] = [entries, crossings];
    this.#within = (file.lies_in ?? []).map((name) => tokens(name).map(({ text }) => text));
    this.datums = (file.gauss_krueger ?? []).flatMap((epsg) => datumOf(epsg) ?? []);
    this.accuracy = file.position_accuracy_m ?? ACCURACY;
    this.#addressWithin = file.address_within_m ?? ADDRESS_WITHIN;
    const municipalities = file.municipalities.map(([name, , , key]) => [key ?? '', name] as const);
    this.#waters = new Waters(new Map(municipalities), this.#words, this.accuracy);
  }

  /** The best places for a text; the nearer ones first among equals. */
  search(text: string, near: LonLat | null, register: Register, language: Language): Hit[] {
    return this.#found(text, near, register, language)
      .slice(0, LIMIT)
      .map(({ hit }) => hit);
  }

  /** The one place that a text names without doubt, or what it may mean. */
  place(
    text: string,
    register: Register,
    language: Language,
  ): { readonly meant: Hit | null; readonly candidates: readonly Hit[] } {
    const hits = this.#found(text, null, register, language).slice(0, CANDIDATES + 1);
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

  #found(text: string, near: LonLat | null, register: Register, language: Language): Found[] {
    const named = this.#waters.named(register);
    const asked = new Asked(text, this.#within, this.#words);
    if (asked.isEmpty) return [];
    const candidates = asked.candidates([...this.#entries, ...named], this.#crossings, near);
    const names = candidates.flatMap((candidate) => {
      const hit = this.#hit(candidate, register, language);
      const { entry } = candidate;
      return hit ? [{ hit, isInSettlement: entry.kind === 'street' && asked.says(entry.settlement) }] : [];
    });
    const far = (hit: Hit) => (hit.exact ? 0 : 1e9) + (near ? distance(near, hit) : 0);
    const numbered = this.#waters.numbered(register, text, language).sort((a, b) => far(a) - far(b));
    const all = [...numbered.map((hit) => ({ hit, isInSettlement: false })), ...names];
    const exact = all.filter(({ hit }) => hit.exact);
    return exact.length > 0 ? exact : all;
  }

  #hit(candidate: Candidate, register: Register, language: Language): Hit | null {
    const { entry, isExact, isBegun } = candidate;
    if (!entry.row) return hitOf(candidate, this.accuracy);
    const hit = this.#waters.hit(register, entry.row, language, entry.name);
    return hit && { ...hit, exact: isExact, ...(isBegun ? { begun: true } : {}) };
  }
}
