import { describe, expect, it } from 'vitest';
import { DEFAULT_HOSES, hoses } from './hoses';

describe('hoses', () => {
  it('are 15 for 300 m, and 20 with a reserve of 30 %', () => {
    expect(hoses(300, DEFAULT_HOSES)).toEqual({ bare: 15, withReserve: 20 });
  });

  it('are counted whole, and a rounding error is not a hose', () => {
    expect(hoses(0.1, DEFAULT_HOSES).bare).toBe(1);
    expect(hoses(20 * 1.1 * 10, { length: 22, reserve: 1, atHand: 0 })).toEqual({ bare: 10, withReserve: 10 });
    expect(hoses(0, DEFAULT_HOSES)).toEqual({ bare: 0, withReserve: 0 });
  });
});
