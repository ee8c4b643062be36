import { describe, expect, it } from 'vitest';
import { friction, INLET, relay } from './relay';

const line = { flow: 800, hose: 'B75', lines: 1, length: 600, height: 0 } as const;

describe('friction', () => {
  it('is what the table says at its rows', () => {
    expect([200, 400, 600, 800, 1000, 1200, 1600].map((flow) => friction(flow, 'B75'))).toEqual([
      0.1, 0.3, 0.6, 1, 1.4, 2, 4,
    ]);
  });

  it('follows the square of the flow between and beyond them', () => {
    expect(friction(700, 'B75')).toBeCloseTo(0.6 + (0.4 * (700 ** 2 - 600 ** 2)) / (800 ** 2 - 600 ** 2), 9);
    expect(friction(3200, 'B75')).toBeCloseTo(16, 9);
    expect(friction(0, 'B75')).toBe(0);
  });

  it('changes with the fifth power of the diameter', () => {
    expect(friction(800, 'A110')).toBeCloseTo(0.147, 3);
    expect(friction(800, 'C52')).toBeCloseTo(6.24, 2);
    expect(friction(800, 'C42')).toBeCloseTo(18.15, 1);
    expect(friction(800, 'D25')).toBeCloseTo(243, 0);
    // The notes give .0273 for 154 mm; the nominal 152 mm has .0292.
    expect(friction(800, 'F152')).toBeCloseTo(0.0292, 3);
  });
});

describe('a relay', () => {
  it('needs one pump as long as 6.5 bar carry', () => {
    expect(relay(line)).toMatchObject({ friction: 6, height: 0, pumps: [0], arrives: 2 });
    expect(relay({ ...line, length: 650 })).toMatchObject({ pumps: [0], arrives: INLET });
  });

  it('needs one more for a metre more, at the end of the first stretch', () => {
    const planned = relay({ ...line, length: 651 });
    expect(planned).toMatchObject({ pumps: [0, expect.closeTo(650, 6)] });
  });

  it('counts height as loss, and downhill as gain', () => {
    expect(relay({ ...line, height: 10 })).toMatchObject({ height: 1, pumps: [0, expect.any(Number)] });
    expect(relay({ ...line, height: -20 })).toMatchObject({ height: -2, arrives: 4, pumps: [0] });
  });

  it('loses a quarter when the flow is shared by two lines', () => {
    const planned = relay({ ...line, lines: 2 });
    expect(planned).toMatchObject({ friction: expect.closeTo(1.8, 9) });
  });

  it('refuses what no district can lay', () => {
    expect(relay({ ...line, flow: 0 })).toBe('nothing-flows');
    expect(relay({ ...line, hose: 'D25', length: 5000 })).toBe('too-many-pumps');
  });
});
