import { describe, expect, it } from 'vitest';
import { de } from './de';
import { en } from './en';
import { ago, clock, daysAgo, metres } from './format';

describe('what is shown', () => {
  it('is short and no more exact than it is', () => {
    expect([84.6, 999.4, 1249, 14_600].map((value) => metres(value, 'de'))).toEqual([
      '85 m',
      '999 m',
      '1,2 km',
      '15 km',
    ]);
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
  });

  it('has the same words to say in every language', () => {
    const keys = (words: object): string[] =>
      Object.entries(words).flatMap(([key, value]) =>
        typeof value === 'object' ? keys(value).map((inner) => `${key}.${inner}`) : [key],
      );
    expect(keys(en)).toEqual(keys(de));
  });
});
