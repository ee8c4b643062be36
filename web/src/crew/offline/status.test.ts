import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Register, type RegisterFile, type Row } from './register';
import { dayOf, monthsBefore, readiness } from './status';

interface Moment {
  readonly now: string;
  readonly recorded: string;
  readonly until: string;
  readonly status: string;
  readonly because: string;
}

const moments = JSON.parse(readFileSync('../tests/fixtures/status_until.json', 'utf8')) as Moment[];
const codes = ['unknown', 'ready', 'restricted', 'out_of_service'];
const days = (iso: string) => Date.parse(iso) / 86_400_000;
const register = new Register({
  format: 1,
  district: '',
  time_zone: 'Europe/Berlin',
  utmref_zone: null,
  verified_for_months: { hydrants: 48 },
  collections: [
    {
      name: 'hydrants',
      count: 0,
      id: [],
      version: [],
      x: [],
      y: [],
      shape: [],
      columns: {},
      fields: [
        {
          name: 'operational_status',
          de: '',
          en: '',
          type: 'code',
          codes: codes.map((code) => [code, '', ''] as const),
        },
      ],
    },
  ],
} satisfies RegisterFile);

test.each(moments)('at $now a state until $until is $status, as the server says', (moment) => {
  const row: Row = {
    collection: 'hydrants',
    id: 'a',
    version: 1,
    values: {
      operational_status: codes.indexOf(moment.recorded),
      status_as_of: days('2026-01-15'),
      status_until: days(moment.until),
    },
    lon: 11.4,
    lat: 53.9,
    shape: null,
  };
  const told = readiness(register, row, dayOf(Date.parse(moment.now), 'Europe/Berlin'));
  expect([told?.status, told?.because]).toEqual([moment.status, moment.because]);
  expect(told?.until).toBe(moment.because === 'ended' ? null : days(moment.until));
});

test('months before a day end with the month', () => {
  expect(monthsBefore(days('2026-03-31'), 1)).toBe(days('2026-02-28'));
});
