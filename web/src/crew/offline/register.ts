/**
 * The register on the device: `/api/device/register` and the changes since, read into columns.
 *
 * Knows the words of src/offline/columns.rs and no browser. A changed feature lies beside the columns of the file; a
 * deleted one leaves a gap.
 */
import type { Shape } from './shapes';

/** A code with its labels; a class of numbers has bounds: at least, below; a kind of source has the kit that it needs. */
export type Code = readonly [string, string, string, (number | null)?, (number | null)?, (readonly string[])?];

/** A property as it is declared. */
export interface Field {
  readonly name: string;
  readonly de: string;
  readonly en: string;
  readonly type: 'text' | 'integer' | 'number' | 'boolean' | 'date' | 'instant' | 'code' | 'list';
  readonly unit?: string;
  readonly codes?: readonly Code[];
  readonly items?: readonly Field[];
}

/** Features of a collection as they travel. */
export interface Columns {
  readonly name: string;
  readonly count: number;
  readonly id: readonly string[];
  readonly version: readonly number[];
  /** Ten-millionths of a degree, each the difference from the one before. */
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly shape: readonly (readonly [number, Shape | null])[];
  readonly columns: Readonly<Record<string, readonly unknown[]>>;
  readonly fields?: readonly Field[];
}

/** `/api/device/register`. */
export interface RegisterFile {
  readonly format: number;
  readonly district: string;
  /** By which days begin; files of earlier programs say none, and that of the device counts. */
  readonly time_zone?: string;
  readonly utmref_zone: number | null;
  readonly verified_for_months: Readonly<Record<string, number>>;
  /** Usable sources where nobody says how many, and metres in a straight line up to which all of them are told. */
  readonly nearest_water?: { readonly limit: number; readonly always_within: number };
  /** How many sources that never run dry are told although they are farther, and kinds that are such. */
  readonly unlimited?: { readonly count: number; readonly kinds: readonly string[] };
  readonly collections: readonly Columns[];
}

/** `/api/device/changes`. */
export interface Changes {
  readonly cursor: string;
  readonly time: string;
  readonly deleted: readonly { readonly collection: string; readonly id: string; readonly version: number }[];
  readonly collections: readonly Columns[];
}

/** One feature in a form that can be kept by itself. */
export interface Row {
  readonly collection: string;
  readonly id: string;
  readonly version: number;
  /** Null: it is gone. */
  readonly values: Readonly<Record<string, unknown>> | null;
  readonly lon: number;
  readonly lat: number;
  readonly shape: Shape | null;
}

export const FORMAT = 1;
const UNITS = 1e7;

/** The features of columns, one by one. */
export function* rowsOf(columns: Columns): Generator<Row> {
  const shapes = new Map(columns.shape);
  const entries = Object.entries(columns.columns);
  let [x, y] = [0, 0];
  for (let k = 0; k < columns.count; k++) {
    x += columns.x[k] ?? 0;
    y += columns.y[k] ?? 0;
    const values: Record<string, unknown> = {};
    for (const [name, column] of entries) {
      const value = column[k];
      if (value !== null && value !== undefined) values[name] = value;
    }
    yield {
      collection: columns.name,
      id: columns.id[k] ?? '',
      version: columns.version[k] ?? 0,
      values,
      lon: x / UNITS,
      lat: y / UNITS,
      shape: shapes.get(k) ?? null,
    };
  }
}

/** Every change as a row: what is now, and what is gone. */
export function rowsOfChanges(changes: Changes): Row[] {
  const gone = changes.deleted.map((entry) => ({ ...entry, values: null, lon: 0, lat: 0, shape: null }));
  return [...changes.collections.flatMap((columns) => [...rowsOf(columns)]), ...gone];
}

/** Every source of water on the device. */
export class Register {
  readonly fields = new Map<string, ReadonlyMap<string, Field>>();
  readonly #rows = new Map<string, Row>();
  /** Counts the changes, for what is derived. */
  generation = 0;

  constructor(readonly file: Omit<RegisterFile, 'collections'> & { readonly collections: readonly Columns[] }) {
    for (const columns of file.collections) {
      this.fields.set(columns.name, new Map((columns.fields ?? []).map((field) => [field.name, field])));
      for (const row of rowsOf(columns)) this.#rows.set(row.id, row);
    }
  }

  /** Takes changes in. One that is older than what is held is passed over. */
  apply(rows: Iterable<Row>): void {
    this.generation++;
    for (const row of rows) {
      const held = this.#rows.get(row.id);
      if (!held || held.version < row.version) this.#rows.set(row.id, row);
    }
  }

  get(id: string): Row | null {
    const row = this.#rows.get(id);
    return row?.values ? row : null;
  }

  /** Those that are there. */
  *rows(): Generator<Row> {
    for (const row of this.#rows.values()) if (row.values) yield row;
  }

  /** How many sources that never run dry are told although they are farther. */
  get unlimited(): number {
    return this.file.unlimited?.count ?? 0;
  }

  /** What is recorded counts, then the kind. */
  neverRunsDry(row: Row): boolean {
    const recorded = row.values?.inexhaustible;
    if (typeof recorded === 'boolean') return recorded;
    return this.file.unlimited?.kinds.includes(this.code(row, 'kind')?.[0] ?? '') ?? false;
  }

  /** A property's code, or null. */
  code(row: Row, name: string): Code | null {
    const position = row.values?.[name];
    if (typeof position !== 'number') return null;
    return this.fields.get(row.collection)?.get(name)?.codes?.[position] ?? null;
  }
}
