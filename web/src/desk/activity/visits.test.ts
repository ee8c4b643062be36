import { expect, test } from 'vitest';
import { visit } from './visits';

const HOUR = 60 * 60 * 1000;

function shelf() {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => void kept.set(key, text),
  };
}

test('what is new is what came after the visit before, also when the page is loaded again', () => {
  const on = shelf();
  const at = (hours: number) => visit('one', 'hydrants', on, hours * HOUR);
  expect(at(0)).toBeNull();
  expect(at(24)).toBe(new Date(0).toISOString());
  expect(at(24.5), 'the same sitting').toBe(new Date(0).toISOString());
  expect(at(48)).toBe(new Date(24.5 * HOUR).toISOString());
  expect(visit('other', 'hydrants', on, 49 * HOUR), 'of somebody else').toBeNull();
});

test('what cannot be read or kept stops nobody', () => {
  const on = shelf();
  on.kept.set('geokontor.visit.one.hydrants', '{');
  expect(visit('one', 'hydrants', on, HOUR)).toBeNull();
  expect(visit('one', 'hydrants', null, HOUR)).toBeNull();
});
