import { describe, expect, it } from 'vitest';
import type { Field } from '../../form/schema';
import { filterOf, holds, ofOne } from './filter';

const field = (name: string, kind: 'text' | 'number') =>
  ({ name, kind, label: name, required: false, readonly: false }) as Field;
const fields = [field('ref', 'text'), field('street', 'text'), field('flow', 'number')];

describe('what is typed to find objects', () => {
  it('is a filter where it looks like one', () => {
    for (const filter of ["ref = 'A'", 'flow > 800', 'street IS NULL', "ref like 'L%'", 'flow BETWEEN 1 AND 2'])
      expect(filterOf(` ${filter} `, fields)).toBe(filter);
  });

  it('is else looked for in every text, word by word', () => {
    expect(filterOf('  ', fields)).toBeNull();
    expect(filterOf('Am Bach', fields)).toBe(
      `(CASEI("ref") LIKE CASEI('%Am%') OR CASEI("street") LIKE CASEI('%Am%')) AND ` +
        `(CASEI("ref") LIKE CASEI('%Bach%') OR CASEI("street") LIKE CASEI('%Bach%'))`,
    );
  });

  it('is looked for in the texts of a past state word by word, too', () => {
    const past = { ref: 'LOS-7', street: 'Am Bach', flow: 12 };
    expect(holds('bach los', fields, past)).toBe(true);
    expect(holds('', fields, past)).toBe(true);
    expect([holds('12', fields, past), holds('bach x', fields, past)]).toEqual([false, false]);
  });

  it('closes no quotes and stands for nothing but itself', () => {
    expect(filterOf("O'Neill", fields.slice(0, 1))).toBe(`(CASEI("ref") LIKE CASEI('%O''Neill%'))`);
    expect(filterOf('50%_\\', fields.slice(0, 1))).toBe(`(CASEI("ref") LIKE CASEI('%50\\%\\_\\\\%'))`);
    expect(ofOne('a = 1 OR b = 2', 'x')).toBe("(a = 1 OR b = 2) AND id = 'x'");
  });
});
