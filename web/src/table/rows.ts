/** Which rows a table shows, and in which order. Pure, so that 100,000 of them can be tested. */

export interface Column<Row> {
  readonly id: string;
  readonly label: string;
  /** What is shown and sorted by; numbers are written by `text`, where there is one. */
  readonly value: (row: Row) => string | number | null;
  readonly text?: (row: Row) => string;
  /** Numbers stand below one another by their digits. */
  readonly numeric?: boolean;
  /** Beginning width, rem. */
  readonly width?: number;
  /** Not shown until it is chosen. */
  readonly hidden?: boolean;
  /** Shown whatever is chosen. */
  readonly always?: boolean;
}

export interface Sort {
  readonly column: string;
  readonly descending: boolean;
}

/**
 * Rows in the order of a column; equal ones stay as they were, and what is not recorded stands last either way. Each
 * different text is compared once, as there are few of them in most columns.
 */
export function sorted<Row>(
  rows: readonly Row[],
  value: (row: Row) => string | number | null,
  descending: boolean,
  language: string,
): Row[] {
  const values = rows.map(value);
  const texts = [...new Set(values.filter((each) => typeof each === 'string'))];
  const { compare } = new Intl.Collator(language, { numeric: true });
  const ranks = new Map(texts.toSorted(compare).map((text, rank) => [text, rank]));
  const keys = values.map((each) => (typeof each === 'string' ? (ranks.get(each) ?? 0) : each));
  const sign = descending ? -1 : 1;
  const order = rows.map((_, k) => k);
  order.sort((a, b) => {
    const [x, y] = [keys[a] ?? null, keys[b] ?? null];
    if (x === null || y === null) return x === y ? a - b : x === null ? 1 : -1;
    return sign * (x - y) || a - b;
  });
  return order.map((k) => rows[k] as Row);
}

/** Rows by which what is there changes at a time: most movements of a finger need no other rows. */
const STEP = 4;

/**
 * The rows in sight of a window that is scrolled by `top`, with some beyond both edges: from, up to but without. Away from both
 * ends there are always as many.
 */
export function inSight(top: number, height: number, rowHeight: number, count: number, beyond = 8): [number, number] {
  const first = Math.floor(Math.max(0, top) / rowHeight / STEP) * STEP;
  const last = first + Math.ceil(height / rowHeight) + STEP;
  return [Math.min(count, Math.max(0, first - beyond)), Math.min(count, last + beyond)];
}

/** The row that a key leads to from row `active`; null where the key leads nowhere. */
export function led(key: string, active: number, count: number, page: number, far: boolean): number | null {
  const last = count - 1;
  const to = (row: number) => Math.max(0, Math.min(last, row));
  switch (key) {
    case 'ArrowDown':
      return to(active + 1);
    case 'ArrowUp':
      return to(active - 1);
    case 'PageDown':
      return to(active + page);
    case 'PageUp':
      return to(active - page);
    case 'Home':
      return far || active !== 0 ? 0 : null;
    case 'End':
      return far || active !== last ? last : null;
    default:
      return null;
  }
}
