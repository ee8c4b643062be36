import { describe, expect, it } from 'vitest';
import { changes, draftOf, read } from './draft';
import { idOf, partsOf, placed } from './faults';
import { fieldsOf, grouped } from './schema';

const schema = {
  required: ['kind'],
  properties: {
    id: { type: 'string', 'x-ogc-role': 'id' },
    geometry: { format: 'geometry-point', 'x-ogc-role': 'primary-geometry' },
    ref: { type: 'string', title: 'Nummer', maxLength: 40 },
    kind: {
      type: 'string',
      title: 'Bauart',
      oneOf: [{ const: 'pillar', title: 'Überflurhydrant' }],
      default: 'pillar',
    },
    flow: {
      type: 'number',
      title: 'Leistung',
      'x-ogc-unit': 'm³/h',
      description: 'Gemessen.',
      minimum: 0,
      maximum: 900,
    },
    couplings: { type: 'integer', title: 'Abgänge' },
    municipality: { type: 'string', title: 'Gemeinde', readOnly: true },
    tests: {
      type: 'array',
      title: 'Messungen',
      maxItems: 100,
      items: { required: ['day'], properties: { day: { type: 'string', format: 'date' }, bar: { type: 'number' } } },
    },
  },
} as const;

describe('a form from a schema', () => {
  const fields = fieldsOf(schema);
  const field = (name: string) => fields.find((each) => each.name === name);

  it('has the fields of the schema in its order, without id and place', () => {
    expect(fields.map(({ name }) => name)).toEqual(['ref', 'kind', 'flow', 'couplings', 'municipality', 'tests']);
    expect(field('kind')).toMatchObject({
      kind: 'code',
      required: true,
      options: [{ value: 'pillar', label: 'Überflurhydrant' }],
    });
    expect(field('flow')).toMatchObject({ unit: 'm³/h', hint: 'Gemessen.', required: false });
  });

  it('shows what its reader may not change', () => {
    const readonly = (mayEdit?: (name: string) => boolean) =>
      fieldsOf(schema, mayEdit)
        .filter((each) => each.readonly)
        .map(({ name }) => name);
    expect(readonly()).toEqual(['municipality']);
    expect(readonly((name) => name === 'flow')).toEqual(['ref', 'kind', 'couplings', 'municipality', 'tests']);
  });

  it('stands under headings, and what none of them names last', () => {
    const groups = grouped(
      fields,
      [
        { title: 'Leistung', properties: ['flow', 'tests'] },
        { title: 'Leer', properties: ['x'] },
      ],
      'Sonst',
    );
    expect(groups.map(({ title, fields }) => [title, fields.map(({ name }) => name)])).toEqual([
      ['Leistung', ['flow', 'tests']],
      ['Sonst', ['ref', 'kind', 'couplings', 'municipality']],
    ]);
  });

  it('shows values as its reader writes them and reads them back unchanged', () => {
    const values = { ref: 'LOS-1', kind: 'pillar', flow: 96.5, couplings: 2, tests: [{ day: '2024-05-01', bar: 4.2 }] };
    for (const language of ['de', 'en'] as const) {
      const draft = draftOf(fields, values, language);
      expect(draft.flow).toBe(language === 'de' ? '96,5' : '96.5');
      expect(read(fields, draft)).toEqual({ values, unread: [] });
    }
  });

  it('begins new things with what is usual', () => {
    expect(draftOf(fields, {}, 'de', true).kind).toBe('pillar');
    expect(draftOf(fields, {}, 'de').kind).toBe('');
  });

  it('names everything that cannot be read at once, and guesses no thousands', () => {
    const draft = { ref: ' ', kind: '', flow: '1.500,5', couplings: '2,5', tests: [{ day: '', bar: 'x' }] };
    expect(read(fields, draft).unread).toEqual([
      { path: ['kind'], why: 'missing' },
      { path: ['flow'], why: 'no-number' },
      { path: ['couplings'], why: 'no-whole-number' },
      { path: ['tests', 0, 'day'], why: 'missing' },
      { path: ['tests', 0, 'bar'], why: 'no-number' },
    ]);
  });

  it('names a number beyond its limits, which are within them', () => {
    const why = (flow: string) => read(fields, { kind: 'pillar', flow }).unread.map(({ why, limit }) => [why, limit]);
    expect(why('-0,5')).toEqual([['too-low', 0]]);
    expect(why('900,1')).toEqual([['too-high', 900]]);
    expect([why('0'), why('900')]).toEqual([[], []]);
  });

  it('sends what is new and nothing else', () => {
    const before = { ref: 'LOS-1', flow: 96, couplings: null };
    expect(changes(before, { ref: 'LOS-1', flow: 48, couplings: null, kind: null })).toEqual({ flow: 48 });
    expect(changes(before, { flow: null })).toEqual({ flow: null });
  });
});

describe('a fault', () => {
  const ids = new Set(['f-kind', 'f-tests', 'f-tests-0-day', 'f-a/b']);
  const at = (pointer: string) => placed([{ pointer, message: 'm' }], 'f', ids, '/properties')[0]?.field;

  it('stands at the field its pointer names, or at that around it', () => {
    expect([at('/properties/kind'), at('/properties/tests/0/day'), at('/properties/tests/0/bar')]).toEqual([
      'f-kind',
      'f-tests-0-day',
      'f-tests',
    ]);
    expect(at('/properties/a~1b')).toBe('f-a/b');
  });

  it('about no field of the form stands in the summary alone', () => {
    expect([at('/geometry'), at(''), at('/properties')]).toEqual([undefined, undefined, undefined]);
    expect(partsOf('bbox')).toEqual(['bbox']);
    expect(idOf('f', ['tests', 0, 'day'])).toBe('f-tests-0-day');
  });
});
