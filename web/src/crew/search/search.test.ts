import { expect, test } from 'vitest';
import { EXACT } from '../place/certainty';
import { fullName, type Hit, type Kind, meant } from './search';

const hit = (kind: Kind, label: string, exact = true): Hit => ({ kind, label, exact, lon: 11, lat: 53, ...EXACT });

test('one of many streets of a name is not meant without doubt', () => {
  const streets = [hit('street', 'Dorfstraße, 43222 Graldensbeck'), hit('street', 'Dorfstraße, 43011 Lossow')];
  expect(meant(streets, 'Dorfstraße')).toBeNull();
  expect(meant(streets.slice(0, 1), 'Dorfstraße')).toBe(streets[0]);
});

test('what is called just so is meant, whatever is called alike', () => {
  const places = [hit('place', 'Lossow'), hit('municipality', 'Lossow'), hit('place', 'Lossow Hof')];
  expect(meant(places, ' lossow')).toBe(places[0]);
});

test('of two villages of one name neither is meant without doubt', () => {
  const villages = [hit('place', 'Neuhof'), { ...hit('place', 'Neuhof'), lat: 53.4 }];
  expect(meant(villages, 'Neuhof')).toBeNull();
});

test('what is found as it is written in several kinds is not meant without doubt', () => {
  const found = [hit('place', 'Kirchdorf'), hit('street', 'Kirchdorfer Weg, 43011 Lossow')];
  expect(meant(found, 'kirchd')).toBeNull();
  expect(meant(found, 'kirchdorf')).toBe(found[0]);
});

test('a street that a town has twice is called with its village', () => {
  const street = { ...hit('street', 'Dorfstraße, 43017 Prienkendorf'), detail: 'Tadow' };
  expect(fullName(street)).toBe('Dorfstraße, 43017 Prienkendorf, Tadow');
  expect(fullName({ ...hit('place', 'Tadow'), detail: 'Prienkendorf' })).toBe('Tadow');
});

test('what was taken for something near by is not meant without doubt, and is no rival', () => {
  const near = hit('address', 'Kirchstraße 4, 43211 Kirch Schleberhagen', false);
  expect(meant([near], 'Kirchstraße 5, Kirch Schleberhagen')).toBeNull();
  const right = hit('address', 'Kirchstraße 5, 43211 Kirch Schleberhagen');
  expect(meant([right, near], 'Kirchstraße 5, Kirch Schleberhagen')).toBe(right);
  expect(meant([], 'Atlantis')).toBeNull();
});
