/** What the desk shows and the address of it: `/desk/hydrants/{id}?filter=…&sort=-flow_rate`. */
import type { Sort } from '../table/rows';

/** In place of an id: an object that is being added. */
export const NEW = 'new';

export interface Where {
  readonly collection: string | null;
  readonly id: string | null;
  /** As it was typed: a text, or CQL2. */
  readonly filter: string;
  readonly sort: Sort | null;
}

export function whereOf(path: string, query: URLSearchParams): Where {
  const [, , collection = '', id = ''] = path.split('/').map(decoded);
  return {
    collection: collection || null,
    id: id || null,
    filter: query.get('filter') ?? '',
    sort: sortOf(query.get('sort')),
  };
}

export function addressOf({ collection, id, filter, sort }: Where): string {
  const path = ['/desk', collection, collection && id].filter((part) => part !== null && part !== '');
  const query = new URLSearchParams();
  if (filter !== '') query.set('filter', filter);
  if (sort) query.set('sort', `${sort.descending ? '-' : ''}${sort.column}`);
  const text = query.size > 0 ? `?${query}` : '';
  return path.map((part, k) => (k === 0 ? part : encodeURIComponent(part ?? ''))).join('/') + text;
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
