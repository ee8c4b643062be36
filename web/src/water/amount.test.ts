import { expect, test } from 'vitest';
import { de } from '../i18n/de';
import { en } from '../i18n/en';
import { amountOf } from './amount';
import type { Source } from './source';

const NOTHING = { flow_rate: null, flow_class: null, flow_method: null, usable_volume: null } as Partial<Source>;
const source = (told: Partial<Source>) => ({ ...NOTHING, ...told }) as Source;
const coded = (code: string) => ({ code, de: 'Ab 48 m³/h', en: 'From 48 m³/h' });

test('a flow that nobody measured or calculated is called an estimate', () => {
  const told = (code: string) => amountOf(source({ flow_rate: 1200, flow_method: coded(code) }), de, 'de');
  expect(['measured', 'calculated', 'unknown'].map(told)).toEqual(Array(3).fill('1.200 l/min'));
  expect(['estimated', 'rule_of_thumb'].map(told)).toEqual(Array(2).fill('geschätzt 1.200 l/min'));
});

test('where there is no flow its class is told, else what there is to take', () => {
  expect(amountOf(source({ flow_class: coded('k48') }), en, 'en')).toBe('From 48 m³/h');
  expect(amountOf(source({ flow_class: coded('unknown'), usable_volume: 1100 }), en, 'en')).toBe('1,100 m³');
  expect(amountOf(source({}), de, 'de')).toBeNull();
});
