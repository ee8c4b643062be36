import { expect, test } from 'vitest';
import type { Source } from './source';
import { shortOf, titleOf } from './title';

const lake = { code: 'lake', de: 'See', en: 'Lake' };
const source = (told: Partial<Source>) => ({ kind: lake, ...told }) as Source;

test('a lake is called by its name, what has none by its kind and number', () => {
  expect(titleOf(source({ name: 'Lönersee', ref: 'LOS-7001' }), 'de')).toEqual({
    first: 'Lönersee',
    kind: 'See',
    ref: 'LOS-7001',
  });
  expect(titleOf(source({ ref: 'LOS-7001' }), 'en')).toEqual({ first: 'Lake', kind: null, ref: 'LOS-7001' });
  expect(titleOf(source({}), 'de')).toEqual({ first: 'See', kind: null, ref: null });
});

test('in few words it is the number, else the name, else the kind', () => {
  expect(shortOf(source({ name: 'Lönersee', ref: 'LOS-7001' }), 'de')).toBe('LOS-7001');
  expect(shortOf(source({ name: 'Lönersee' }), 'de')).toBe('Lönersee');
  expect(shortOf(source({}), 'de')).toBe('See');
});
