import { describe, expect, it } from 'vitest';
import { addressOf, IMPORTS, NOWHERE, whereOf } from './where';

describe('the address of the desk', () => {
  it('says collection, object, filter and order, and is read back as it was written', () => {
    const where = {
      collection: 'hydrants',
      id: '018f',
      part: null,
      filter: "ref LIKE 'LOS-%' AND flow_rate > 800",
      sort: { column: 'flow_rate', descending: true },
      day: '2025-05-31',
      columns: ['ref', 'flow_rate'],
      waiting: true,
    };
    const url = new URL(addressOf(where), 'http://localhost');
    expect(url.pathname).toBe('/desk/hydrants/018f');
    expect(whereOf(url.pathname, url.searchParams)).toEqual(where);
  });

  it('is short where nothing is chosen', () => {
    expect(addressOf(NOWHERE)).toBe('/desk');
    expect(whereOf('/desk', new URLSearchParams())).toEqual(NOWHERE);
    expect(addressOf({ ...NOWHERE, id: 'x' }), 'no object without its collection').toBe('/desk');
  });

  it('says which import is open', () => {
    const where = { ...NOWHERE, collection: 'hydrants', id: IMPORTS, part: '018f' };
    expect(addressOf(where)).toBe('/desk/hydrants/imports/018f');
    expect(whereOf('/desk/hydrants/imports/018f', new URLSearchParams())).toEqual(where);
    expect(whereOf('/desk/hydrants/018f/imports', new URLSearchParams()).part, 'of objects nothing is open').toBeNull();
  });

  it('that somebody has mistyped is no reason to show nothing', () => {
    expect(whereOf('/desk/%ff/x', new URLSearchParams('sort=-&day=yesterday'))).toEqual({ ...NOWHERE, id: 'x' });
  });
});
