import { describe, expect, it } from 'vitest';
import type { Field } from '../../form/schema';
import { type Condition, readFrom, relationsOf, writtenAs } from './conditions';

const field = (name: string, kind: Field['kind']) =>
  ({ name, kind, label: name, required: false, readonly: false, options: [], entry: [], most: 1 }) as unknown as Field;
const fields = [
  field('ref', 'text'),
  field('kind', 'code'),
  field('flow_rate', 'integer'),
  field('depth', 'number'),
  field('frost_free', 'boolean'),
  field('status_as_of', 'date'),
  field('updated_at', 'instant'),
  field('date', 'date'),
];
const of = (property: string, relation: Condition['relation'], value = ''): Condition => ({
  property,
  relation,
  value,
});

describe('conditions', () => {
  const every = [
    of('ref', 'contains', "O'Neill 50%_\\"),
    of('ref', '=', "a ' AND b = 'c"),
    of('kind', '<>', 'pillar'),
    of('flow_rate', '<', '800'),
    of('depth', '>=', '-1.5'),
    of('frost_free', '=', 'true'),
    of('status_as_of', '<=', '2024-05-01'),
    of('updated_at', '>', '2024-05-01T10:00:00Z'),
    of('date', 'empty'),
    of('ref', 'recorded'),
  ];

  it('are written in the language that the search field takes', () => {
    expect(writtenAs(every.slice(2, 8), fields)).toBe(
      `kind <> 'pillar' AND flow_rate < 800 AND depth >= -1.5 AND frost_free = true AND ` +
        `status_as_of <= DATE('2024-05-01') AND updated_at > TIMESTAMP('2024-05-01T10:00:00Z')`,
    );
    expect(writtenAs(every.slice(8), fields), 'a word of the language is put in quotes').toBe(
      '"date" IS NULL AND ref IS NOT NULL',
    );
    expect(writtenAs(every.slice(0, 1), fields), 'and stands for nothing but itself').toBe(
      String.raw`CASEI(ref) LIKE CASEI('%O''Neill 50\%\_\\%')`,
    );
  });

  it('are read back as they were, each and all together', () => {
    for (const one of every) expect(readFrom(writtenAs([one], fields), fields)).toEqual([one]);
    expect(readFrom(writtenAs(every, fields), fields)).toEqual(every);
    expect(readFrom('', fields)).toEqual([]);
  });

  it('are not guessed from what somebody has written otherwise', () => {
    for (const filter of [
      'flow_rate < 800 OR depth > 1',
      'flow_rate<800',
      'flow_rate < 800 AND',
      'ref BETWEEN 1 AND 2',
      'Am Bach',
      "unknown = 'x'",
      "ref = 'a' ref = 'b'",
    ])
      expect(readFrom(filter, fields), filter).toBeNull();
  });

  it('compare what has an order, and say of lists nothing', () => {
    expect(relationsOf(field('x', 'code'))).not.toContain('<');
    expect(relationsOf(field('x', 'instant'))).toContain('<');
    expect(relationsOf(field('x', 'list'))).toEqual([]);
  });
});
