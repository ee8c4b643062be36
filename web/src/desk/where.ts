/** What the desk shows and the address of it: `/desk/hydrants/{id}?filter=…&sort=-flow_rate&columns=ref,kind`. */
import type { Sort } from '../table/rows';

/** In place of an id: an object that is being added. */
export const NEW = 'new';

/** In place of a register: the supply with fire water. No collection can have this name, as it holds a hyphen. */
export const SUPPLY = 'fire-water';

/** In place of an id: what has changed in the register. */
export const ACTIVITY = 'activity';

/** In place of an id: files that are imported; behind it the one that is open. */
export const IMPORTS = 'imports';

export interface Where {
  readonly collection: string | null;
  readonly id: string | null;
  /** What is open of what stands in place of an id: an import. */
  readonly part: string | null;
  /** As it was typed: a text, or CQL2. */
  readonly filter: string;
  readonly sort: Sort | null;
  /** The day whose state is shown, `2026-05-31`; null for that of now. */
  readonly day: string | null;
  /** Names of the columns that are shown; null before anybody has chosen. */
  readonly columns: readonly string[] | null;
  /** Only objects with open proposals. */
  readonly waiting: boolean;
}

/** The desk before anything is chosen. */
export const NOWHERE: Where = {
  collection: null,
  id: null,
  part: null,
  filter: '',
  sort: null,
  day: null,
  columns: null,
  waiting: false,
};

export function whereOf(path: string, query: URLSearchParams): Where {
  const [, , collection = '', id = '', part = ''] = path.split('/').map(decoded);
  return {
    collection: collection || null,
    id: id || null,
    part: id === IMPORTS ? part || null : null,
    filter: query.get('filter') ?? '',
    sort: sortOf(query.get('sort')),
    day: dayOf(query.get('day')),
    columns:
      query
        .get('columns')
        ?.split(',')
        .filter((name) => name !== '') ?? null,
    waiting: query.get('waiting') === '1',
  };
}

export function addressOf({ collection, id, part, filter, sort, day, columns, waiting }: Where): string {
  const path = ['/desk', collection, collection && id, collection && id === IMPORTS && part].filter(
    (each): each is string => each !== null && each !== false && each !== '',
  );
  const query = new URLSearchParams();
  if (filter !== '') query.set('filter', filter);
  if (sort) query.set('sort', `${sort.descending ? '-' : ''}${sort.column}`);
  if (day) query.set('day', day);
  if (columns) query.set('columns', columns.join(','));
  if (waiting) query.set('waiting', '1');
  const text = query.size > 0 ? `?${query}` : '';
  return path.map((each, k) => (k === 0 ? each : encodeURIComponent(each))).join('/') + text;
}

function dayOf(text: string | null): string | null {
  return text && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : null;
}

function sortOf(text: string | null): Sort | null {
  if (!text) return null;
  const descending = text.startsWith('-');
  const column = descending ? text.slice(1) : text;
  return column === '' ? null : { column, descending };
}

/** A part of a path that is no UTF-8 is nothing we have. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}
