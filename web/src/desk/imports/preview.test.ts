import { describe, expect, it } from 'vitest';
import type { Field } from '../../form/schema';
import type { ImportCounts, ImportRow } from '../../server/api';
import { words as desk } from '../words/de';
import { changesOf, decisionsOf, effectOf, factsOf, sidesOf, writtenOf } from './preview';
import { words } from './words/de';

const FIELDS: Field[] = [
  {
    name: 'kind',
    label: 'Bauart',
    kind: 'code',
    required: true,
    readonly: false,
    options: [{ value: 'pillar', label: 'Überflurhydrant' }],
  },
  { name: 'flow_rate', label: 'Durchfluss', kind: 'integer', unit: 'l/min', required: false, readonly: false },
];
const COUNTS: ImportCounts = {
  rows: 9,
  new: 2,
  changed: 3,
  unchanged: 1,
  duplicate: 1,
  conflict: 1,
  error: 1,
  skipped: 0,
  warned: 4,
};
const row = (more: Partial<ImportRow>): ImportRow => ({
  number: 0,
  layer: null,
  line: 2,
  status: 'changed',
  feature: null,
  at: null,
  faults: [],
  warnings: [],
  changes: [],
  cells: null,
  ...more,
});
const said = (text: string, more = {}) => ({ text, property: null, column: null, sides: null, ...more });
const lines = (of: ImportRow) => changesOf(of, FIELDS, 'de', desk, words, String);

describe('what becomes of a row', () => {
  it('is told by what changes, with labels and units', () => {
    const changed = row({
      changes: [
        { property: 'flow_rate', before: 800, after: 1200 },
        { property: null, before: null, after: 12.5 },
      ],
    });
    expect(effectOf(changed, lines(changed))).toBe('Durchfluss: 800 l/min → 1.200 l/min; Lage: 12.5 m verschoben');
    const added = row({ status: 'new', changes: [{ property: 'kind', before: null, after: 'pillar' }] });
    expect(effectOf(added, lines(added))).toBe('Bauart: Überflurhydrant');
  });

  it('is told by what is the matter before anything else', () => {
    const wrong = row({ status: 'error', faults: [said('Bauart fehlt')], warnings: [said('ungenau')] });
    expect(effectOf(wrong, [])).toBe('Bauart fehlt');
    expect(effectOf(row({ status: 'new', warnings: [said('ungenau')] }), [])).toBe('ungenau');
  });

  it('shows both sides of a conflict', () => {
    const conflict = row({
      status: 'conflict',
      faults: [said('beide', { property: 'flow_rate', sides: [800, null] }), said('Lage')],
    });
    expect(sidesOf(conflict, FIELDS, 'de', desk)).toEqual([{ label: 'Durchfluss', before: '800 l/min', after: '–' }]);
  });

  it('leaves to people what the importer does', () => {
    expect(decisionsOf({ status: 'duplicate' })).toEqual(['same', 'new', 'leave']);
    expect(decisionsOf({ status: 'conflict' })).toEqual(['ours', 'theirs', 'leave']);
    expect(decisionsOf({ status: 'error' }), 'that is for the cells').toEqual([]);
  });

  it('is counted, and only what is new or changed is written', () => {
    expect(writtenOf(COUNTS)).toBe(5);
    expect(factsOf(COUNTS, words, String).map(([name]) => name)).toEqual([
      'Neu',
      'Geändert',
      'Widerspruch',
      'Doppelt',
      'Fehler',
      'Unverändert',
      'Mit Hinweis',
    ]);
  });
});
