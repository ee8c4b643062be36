/** What has a name in the register on the device, and what a source of water is called as a result of the search. */

import { distance } from '../../../map/place';
import type { Hit } from '../../search/search';
import type { Language } from '../../words/speech.svelte';
import type { Register, Row } from '../register';
import { boundsOf } from '../shapes';
import { type Entry, entryOf } from './entries';
import { keyOf } from './fold';
import type { Words } from './words';

/** The kinds of hits by their collections. */
const KINDS = { hydrants: 'hydrant', water_sources: 'water_source', suction_points: 'suction_point' } as const;
type WaterKind = (typeof KINDS)[keyof typeof KINDS];

/** A register and the names of municipalities by their keys. */
export class Waters {
  #names: readonly Entry[] = [];
  #read: { readonly register: Register; readonly generation: number } | null = null;

  constructor(
    private readonly municipalities: ReadonlyMap<string, string>,
    private readonly words: Words,
    /** Up to so many metres a source is one place. */
    private readonly accuracy: number,
  ) {}

  /** Sources with a name of their own, as the register has them now. */
  named(register: Register): readonly Entry[] {
    if (this.#read?.register !== register || this.#read.generation !== register.generation) {
      this.#read = { register, generation: register.generation };
      this.#names = [...register.rows()].flatMap((row) => this.#entry(row) ?? []);
    }
    return this.#names;
  }

  #entry(row: Row): Entry | null {
    const [name, kind] = [row.values?.name, kindOf(row)];
    if (typeof name !== 'string' || name === '' || !kind) return null;
    const where = { settlement: '', postcode: '', postTown: '', municipality: this.#municipality(row) };
    return { ...entryOf(kind, name, where, [], row, reachOf(row), 0.45, this.words), row };
  }

  #municipality(row: Row): string {
    const key = row.values?.municipality;
    return (typeof key === 'string' && this.municipalities.get(key)) || '';
  }

  /** Sources whose number begins so, `LOS-0001` and `los 1` alike. */
  numbered(register: Register, text: string, language: Language): Hit[] {
    const wanted = keyOf(text.replace(/^\s*(hydrant|saugstelle|entnahmestelle)\s+/i, ''));
    if (wanted.length < 2 || !/\d/.test(wanted)) return [];
    const found: Hit[] = [];
    for (const row of register.rows()) {
      const own = keyOf(refOf(row));
      if (!own.startsWith(wanted)) continue;
      const hit = this.hit(register, row, language, null);
      if (hit) found.push(own === wanted ? hit : { ...hit, exact: false, begun: true });
    }
    return found;
  }

  /** A source by its name, or by its number where it is not called by that. */
  hit(register: Register, row: Row, language: Language, called: string | null): Hit | null {
    const kind = kindOf(row);
    if (!kind) return null;
    const [ref, name, reach] = [refOf(row), row.values?.name, reachOf(row)];
    const [, german, english] = register.code(row, 'kind') ?? [];
    const own = language === 'de' ? german : english;
    const beside = called === null ? [own, name] : [ref, own];
    const detail = [...beside, this.#municipality(row)].filter((part) => typeof part === 'string' && part !== '');
    return {
      kind,
      label: called ?? ref,
      detail: detail.join(', ') || null,
      lon: row.lon,
      lat: row.lat,
      collection: row.collection,
      id: row.id,
      exact: true,
      ...(reach <= this.accuracy
        ? ({ certainty: 'exact', radius: null } as const)
        : ({ certainty: 'coarse', radius: Math.ceil(reach) } as const)),
    };
  }
}

const kindOf = (row: Row): WaterKind | undefined => KINDS[row.collection as keyof typeof KINDS];
const refOf = ({ values }: Row): string => (typeof values?.ref === 'string' ? values.ref : '');

/** Metres from the place of a source to the farthest corner around it. */
function reachOf(row: Row): number {
  if (!row.shape) return 0;
  const [west, south, east, north] = boundsOf(row.shape);
  const corners = [west, east].flatMap((lon) => [south, north].map((lat) => ({ lon, lat })));
  return Math.max(...corners.map((corner) => distance(row, corner)));
}
