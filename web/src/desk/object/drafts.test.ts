import { beforeEach, describe, expect, it } from 'vitest';
import { Drafts } from './drafts';
import type { Sheet } from './steps';

const sheet: Sheet = { draft: { ref: 'LOS-1' }, shape: { type: 'Point', coordinates: [11.4, 53.8] } as const };
const base = { feature: { id: 'x', geometry: null, properties: { ref: 'LOS-0' } }, tag: '"1-pj84-0"' };

describe('drafts', () => {
  let shelf: Map<string, string>;
  let now = 0;
  const drafts = (account: string, id = 'x') =>
    new Drafts(
      account,
      'hydrants',
      id,
      {
        getItem: (key) => shelf.get(key) ?? null,
        setItem: (key, text) => void shelf.set(key, text),
        removeItem: (key) => void shelf.delete(key),
      },
      () => now,
    );
  beforeEach(() => {
    shelf = new Map();
    now = 1_000;
  });

  it('are found again by whoever has typed them and by nobody else', () => {
    drafts('one').keep(sheet, base);
    expect(drafts('one').recall()).toEqual({ sheet, base, at: 1_000 });
    expect(drafts('other').recall()).toBeNull();
    expect(drafts('one', 'y').recall()).toBeNull();
    drafts('one').drop();
    expect(drafts('one').recall()).toBeNull();
  });

  it('are forgotten after a month', () => {
    drafts('one').keep(sheet, null);
    now += 31 * 24 * 60 * 60 * 1000;
    expect(drafts('one').recall()).toBeNull();
    expect(shelf.size).toBe(0);
  });

  it('that cannot be read, or kept, stop nobody', () => {
    shelf.set('geokontor.draft.one.hydrants.x', '{');
    expect(drafts('one').recall()).toBeNull();
    const refused = () => {
      throw new Error('refused');
    };
    const without = new Drafts('one', 'hydrants', 'x', { getItem: refused, setItem: refused, removeItem: refused });
    without.keep(sheet, null);
    expect(without.recall()).toBeNull();
    expect(new Drafts('one', 'hydrants', 'x', null).recall()).toBeNull();
  });
});
