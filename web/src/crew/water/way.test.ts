import { describe, expect, it } from 'vitest';
import { readSettings } from './district';
import { DEFAULT_HOSES } from './hoses';
import type { Source } from './source';
import { wayTo } from './way';

const source = (route?: Source['route'], collection = 'hydrants') =>
  ({ collection, distance: 300, ...(route ? { route } : {}) }) as Source;

describe('the way to water', () => {
  it('goes by road where the server knows one, with the hoses it says', () => {
    const way = wayTo(source({ distance: 420, hoses: 21, hoses_reserve: 28 }), DEFAULT_HOSES);
    expect(way).toEqual({ by: 'road', metres: 420, straight: 300, across: false, hoses: 28, atHand: false });
  });

  it('is told to be short across where the road leads far round', () => {
    expect(wayTo(source({ distance: 600, hoses: 30, hoses_reserve: 39 }), DEFAULT_HOSES).across).toBe(true);
    expect(wayTo(source(), DEFAULT_HOSES).across).toBe(false);
  });

  it('is the straight line else, and says so', () => {
    expect(wayTo(source(), DEFAULT_HOSES)).toMatchObject({ by: 'line', metres: 300, hoses: 20 });
    expect(wayTo(source(), readSettings({ hose: { length: 20, reserve: 1.1, at_hand: 300 } }))).toMatchObject({
      hoses: 17,
      atHand: true,
    });
  });

  it('never says of a shore that an engine gets there', () => {
    const near = { distance: 20, hoses: 1, hoses_reserve: 2 };
    expect(wayTo(source(near), DEFAULT_HOSES).atHand).toBe(true);
    expect(wayTo(source(near, 'water_sources'), DEFAULT_HOSES).atHand).toBe(false);
  });

  it('is never reckoned with settings that are no numbers', () => {
    expect(readSettings({ hose: { length: 0, reserve: 'much', at_hand: Number.NaN } })).toEqual(DEFAULT_HOSES);
    expect(readSettings({})).toEqual(DEFAULT_HOSES);
    expect(readSettings({ hose: { reserve: 0.5 } }).reserve).toBe(1);
  });
});
