import { describe, expect, it } from 'vitest';
import { fieldsOf } from '../../form/schema';
import { columnsOf, shownOf, written } from './columns';

const fields = fieldsOf({
  properties: {
    ref: { type: 'string', title: 'Nummer' },
    kind: { type: 'string', title: 'Bauart', oneOf: [{ const: 'pillar', title: 'Überflurhydrant' }] },
    flow: { type: 'integer', title: 'Durchfluss', 'x-ogc-unit': 'l/min' },
    checked: { type: 'string', format: 'date', title: 'Geprüft am' },
    locked: { type: 'boolean', title: 'Verschlossen' },
    couplings: {
      type: 'array',
      title: 'Abgänge',
      items: {
        properties: { coupling: { type: 'string', title: 'Kupplung' }, count: { type: 'integer', title: 'Anzahl' } },
      },
    },
  },
});
const words = { yes: 'ja', no: 'nein' };
const feature = (properties: Record<string, unknown>) => ({ id: '1', geometry: null, properties });
const named = (name: string) => fields.find((field) => field.name === name) as (typeof fields)[number];

describe('the columns of a list', () => {
  const columns = columnsOf(fields, 'de', words);
  const column = (id: string) => columns.find((each) => each.id === id);

  it('have the labels of the declaration, with units', () => {
    expect(columns.map(({ label }) => label)).toEqual([
      'Nummer',
      'Bauart',
      'Durchfluss (l/min)',
      'Geprüft am',
      'Verschlossen',
    ]);
  });

  it('are sorted by what is read, days by the calendar, and what is not recorded is nothing', () => {
    const row = feature({ kind: 'pillar', flow: 1600, checked: '2024-05-01', locked: false });
    expect(column('kind')?.value(row)).toBe('Überflurhydrant');
    expect(column('flow')?.value(row)).toBe(1600);
    expect(column('checked')?.value(row)).toBe('2024-05-01');
    expect(column('checked')?.text?.(row)).toBe('01.05.2024');
    expect(column('locked')?.value(row)).toBe('nein');
    expect(column('ref')?.value(row)).toBeNull();
    expect(column('ref')?.text?.(row)).toBe('–');
  });

  it('are those that were chosen, as far as there are such, or the first ones', () => {
    expect(shownOf(fields, ['flow', 'couplings', 'nothing', 'ref'])).toEqual(['flow', 'ref']);
    for (const chosen of [null, [], ['nothing']])
      expect(shownOf(fields, chosen)).toEqual(['ref', 'kind', 'flow', 'checked', 'locked']);
  });

  it('show no list, which is told in words elsewhere', () => {
    const value = [{ coupling: 'B', count: 2 }, { coupling: 'A' }];
    expect(written(named('couplings'), value, 'de', words)).toBe('Kupplung: B, Anzahl: 2; Kupplung: A');
  });
});
