import { describe, expect, it } from 'vitest';
import { addressOf, doubt, EXACT, hasDirection, roundedRadius, span, utmrefWithin } from './certainty';

describe('a place in doubt', () => {
  it('is one that is not exact, and a fix that is worse than the district takes', () => {
    expect(doubt(EXACT, 50)).toBeNull();
    expect(doubt({ certainty: 'street', radius: 30 }, 50)).toBe(30);
    expect(doubt({ certainty: 'position', radius: 50 }, 50)).toBeNull();
    expect(doubt({ certainty: 'position', radius: 900 }, 50)).toBe(900);
  });

  it('gives distances from where to where, rounded outwards', () => {
    expect(span(482, 450)).toEqual({ from: 0, to: 1000 });
    expect(span(612, 280)).toEqual({ from: 300, to: 900 });
    expect(span(117, 12)).toEqual({ from: 100, to: 130 });
    expect([8.2, 71, 774, 900].map(roundedRadius)).toEqual([9, 80, 800, 900]);
    expect(hasDirection(482, 450)).toBe(false);
    expect(hasDirection(1200, 450)).toBe(true);
  });

  it('has no more figures of UTMREF than it is worth', () => {
    const exact = '32U PE 61055 67782';
    expect(utmrefWithin(exact, 1)).toBe(exact);
    expect(utmrefWithin(exact, 8)).toBe('32U PE 6105 6778');
    expect(utmrefWithin(exact, 50)).toBe('32U PE 610 677');
    expect(utmrefWithin(exact, 900)).toBeNull();
  });
});

describe('an address near by', () => {
  it('is told with its settlement, and with the municipality where that is called otherwise', () => {
    const near = { label: 'Fasanengasse 7', settlement: 'Grürnitz', municipality: 'Grürnitz', distance: 23 };
    expect(addressOf(near)).toBe('Fasanengasse 7, Grürnitz');
    expect(addressOf({ ...near, municipality: 'Lossow' })).toBe('Fasanengasse 7, Grürnitz (Lossow)');
    expect(addressOf({ ...near, settlement: null, municipality: 'Lossow' })).toBe('Fasanengasse 7 (Lossow)');
  });
});
