import { expect, test } from 'vitest';
import { de } from '../words/de';
import { en } from '../words/en';
import { amountOf } from './amount';
import type { Coded, Source } from './source';

const NOTHING = { flow_rate: null, flow_class: null, flow_method: null, usable_volume: null } as Partial<Source>;
const source = (told: Partial<Source>) => ({ ...NOTHING, ...told }) as Source;
const coded = (code: string, bounds: Partial<Coded> = {}) => ({ code, de: '', en: '', ...bounds });

test('a flow that nobody measured or calculated is called an estimate', () => {
  const told = (code: string) => amountOf(source({ flow_rate: 1200, flow_method: coded(code) }), de, 'de');
  expect(['measured', 'calculated', 'unknown'].map(told)).toEqual(Array(3).fill('1.200 l/min'));
  expect(['estimated', 'rule_of_thumb'].map(told)).toEqual(Array(2).fill('geschätzt 1.200 l/min'));
});

test('a class is told in the unit crews reckon with', () => {
  const told = (bounds: Partial<Coded>) => amountOf(source({ flow_class: coded('k', bounds) }), en, 'en');
  expect(told({ at_least: 1600, below: 3200 })).toBe('≥ 1,600 l/min');
  expect(told({ below: 400 })).toBe('< 400 l/min');
});

test('where there is no flow what there is to take is told, and that nothing is known', () => {
  const unknown = coded('unknown');
  expect(amountOf(source({ flow_class: unknown, usable_volume: 1100 }), en, 'en')).toBe('1,100 m³');
  expect(amountOf(source({ flow_class: unknown }), de, 'de')).toBe('Menge unbekannt');
  expect(amountOf(source({}), de, 'de')).toBe('Menge unbekannt');
  expect(amountOf(source({ unlimited: true }), de, 'de')).toBeNull();
});
