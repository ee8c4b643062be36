import { describe, expect, it } from 'vitest';
import { ago, bytes, clock, day, daysAgo, degreesMinutes, metres, wholeMetres } from '../../i18n/format';
import { de } from './de';
import { en } from './en';

describe('what is shown', () => {
  it('is short and no more exact than it is', () => {
    expect([84.6, 999.4, 1249, 14_600].map((value) => metres(value, 'de'))).toEqual([
      '85\u00a0m',
      '999\u00a0m',
      '1,2\u00a0km',
      '15\u00a0km',
    ]);
  });

  it('is exact to the metre where something is to be put', () => {
    expect(wholeMetres(1137.6, 'de')).toBe('1.138\u00a0m');
  });

  it('names east and decimals as the language does', () => {
    const told = "53° 58,423' N 11° 05,800' O";
    expect(degreesMinutes(told, 'de')).toBe(told);
    expect(degreesMinutes(told, 'en')).toBe("53° 58.423' N 11° 05.800' E");
  });

  it('says how old something is in the unit that matters', () => {
    expect([5e3, 3 * 6e4, 2 * 36e5, 864e5].map((age) => ago(age, de))).toEqual([
      'gerade eben',
      'vor 3 min',
      'vor 2 h',
      'vor 1 Tag',
    ]);
    expect([0, 17, 61, 2138].map((days) => daysAgo(days, en))).toEqual([
      'today',
      '17 days ago',
      '2 months ago',
      '5 years ago',
    ]);
  });

  it('names the day of a time that is not of today', () => {
    const noon = new Date(2026, 10, 22, 12, 5).getTime();
    expect(clock(noon, noon + 3_600_000, 'de')).toBe('12:05');
    expect(clock(noon, noon + 90_000_000, 'de')).toBe('22.11. 12:05');
    expect(clock(noon, noon + 90_000_000, 'en')).toBe('22 Nov 12:05');
    expect(clock(new Date(2026, 10, 22, 0, 5).getTime(), noon, 'en')).toBe('00:05');
  });

  it('never leaves in doubt which number is the month', () => {
    expect(day('2020-07-09', 'de')).toBe('09.07.2020');
    expect(day('2020-07-09', 'en')).toBe('9 Jul 2020');
    expect(day('soon', 'de')).toBe('soon');
  });

  it('measures what is stored in the unit that fits', () => {
    expect([300, 395_000, 12_440_000, 10_737_000_000].map((size) => bytes(size, 'de'))).toEqual([
      '1 kB',
      '395 kB',
      '12,4 MB',
      '10,7 GB',
    ]);
  });

  it('has the same words to say in every language', () => {
    const keys = (words: object): string[] =>
      Object.entries(words).flatMap(([key, value]) =>
        typeof value === 'object' ? keys(value).map((inner) => `${key}.${inner}`) : [key],
      );
    expect(keys(en)).toEqual(keys(de));
  });
});
