import { expect, test } from 'vitest';
import type { Source } from './source';
import { asOf, dayIn } from './until';

const closed = {
  id: 'a',
  usable: false,
  status: 'out_of_service',
  status_because: 'recorded',
  status_reason: 'Rohrbruch',
  status_until: '2026-12-03',
} as unknown as Source;

test('a state that is over is unknown, and its reason is, too', () => {
  expect(asOf(closed, '2026-12-03')).toBe(closed);
  expect(asOf(closed, '2026-12-04')).toEqual({ id: 'a', usable: true, status: 'unknown', status_because: 'ended' });
  const { status_until, ...open } = closed;
  expect(asOf(open as Source, '2099-01-01')).toBe(open);
});

test('a day begins at midnight in the district, wherever the device believes to be', () => {
  const day = (text: string) => dayIn(Date.parse(text), 'Europe/Berlin');
  expect(day('2026-12-03T22:59:59Z')).toBe('2026-12-03');
  expect(day('2026-12-03T23:00:00Z')).toBe('2026-12-04');
  expect(day('2026-06-30T22:00:00Z')).toBe('2026-07-01');
  // The nights in which clocks are changed.
  expect([day('2026-03-28T23:00:00Z'), day('2026-03-29T21:59:59Z')]).toEqual(['2026-03-29', '2026-03-29']);
  expect([day('2026-10-24T22:00:00Z'), day('2026-10-25T22:59:59Z')]).toEqual(['2026-10-25', '2026-10-25']);
});
