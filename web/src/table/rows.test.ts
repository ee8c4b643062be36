import { describe, expect, it } from 'vitest';
import { inSight, led, sorted } from './rows';

describe('rows', () => {
  const by = (rows: readonly (string | number | null)[], descending = false) =>
    sorted(rows, (row) => row, descending, 'de');

  it('stand in the order of the language, numbers in texts by their size', () => {
    expect(by(['Zabel', 'LOS-10', 'Ödland', 'LOS-9', 'Oberdorf'])).toEqual([
      'LOS-9',
      'LOS-10',
      'Oberdorf',
      'Ödland',
      'Zabel',
    ]);
  });

  it('without a value stand last, whichever way they are sorted', () => {
    expect(by([null, 2, 10, null, 1])).toEqual([1, 2, 10, null, null]);
    expect(by([null, 2, 10, null, 1], true)).toEqual([10, 2, 1, null, null]);
  });

  it('that are equal stay as they were', () => {
    const rows = [
      { n: 1, k: 'b' },
      { n: 2, k: 'a' },
      { n: 3, k: 'b' },
    ];
    const order = (descending: boolean) => sorted(rows, (row) => row.k, descending, 'de').map((row) => row.n);
    expect(order(false)).toEqual([2, 1, 3]);
    expect(order(true)).toEqual([1, 3, 2]);
  });

  it('in sight are a few, however many there are', () => {
    expect(inSight(0, 480, 48, 100_000)).toEqual([0, 22]);
    expect(inSight(2_400_000, 480, 48, 100_000)).toEqual([49_992, 50_022]);
    for (let top = 0; top < 40 * 48; top += 7) {
      const [from, to] = inSight(top, 480, 48, 100_000);
      expect(from * 48 <= top && to * 48 >= top + 480, `all that is in sight at ${top}`).toBe(true);
    }
    const sizes = [1_000, 1_100, 1_190].map((top) => inSight(top, 480, 48, 100_000)).map(([from, to]) => to - from);
    expect(new Set(sizes).size, 'the same elements show other rows').toBe(1);
    expect(inSight(9e9, 480, 48, 100_000)).toEqual([100_000, 100_000]);
    expect(inSight(-30, 480, 48, 3)).toEqual([0, 3]);
  });

  it('are gone to by keys, and never beyond the ends', () => {
    const to = (key: string, active: number) => led(key, active, 100, 10, false);
    expect([to('ArrowDown', 99), to('ArrowUp', 0), to('PageDown', 95), to('PageUp', 5)]).toEqual([99, 0, 99, 0]);
    expect([to('Home', 50), to('End', 50), to('x', 50)]).toEqual([0, 99, null]);
  });
});
