import { describe, expect, it } from 'vitest';
import { isDark, sunHeight } from './sun';

const wismar = { lon: 11.46, lat: 53.89 };

describe('the sun', () => {
  it('rises and sets in Wismar when the almanac says so, within ten minutes', () => {
    // 21 June 2026: 04:40 to 21:52 CEST; 21 December 2026: 08:30 to 15:51 CET.
    const minutes = 60_000;
    for (const [rise, set] of [
      ['2026-06-21T02:40Z', '2026-06-21T19:52Z'],
      ['2026-12-21T07:30Z', '2026-12-21T14:51Z'],
    ] as const) {
      expect(isDark(wismar, Date.parse(rise) - 10 * minutes)).toBe(true);
      expect(isDark(wismar, Date.parse(rise) + 10 * minutes)).toBe(false);
      expect(isDark(wismar, Date.parse(set) - 10 * minutes)).toBe(false);
      expect(isDark(wismar, Date.parse(set) + 10 * minutes)).toBe(true);
    }
  });

  it('stands at 90° less the latitude at noon of the equinox', () => {
    const noon = Date.parse('2026-03-20T11:21:00Z');
    expect(sunHeight(wismar, noon)).toBeCloseTo(36.1, 0);
  });
});
