import { expect, test } from 'vitest';
import { asked, LAYERS } from './asked';

test('centre, zoom, layers, language and the list left out are read', () => {
  const read = asked('?center=11.4,53.9&zoom=17&layers=hydrants,%20suction_points&lang=en&list=no', 'de');
  expect(read).toEqual({
    center: { lon: 11.4, lat: 53.9 },
    zoom: 17,
    layers: ['hydrants', 'suction_points'],
    language: 'en',
    list: false,
  });
});

test('rubbish leaves the map of the whole district', () => {
  for (const query of ['', '?center=x&zoom=-3&layers=secret', '?center=200,100', '?zoom=NaN&lang=']) {
    expect(asked(query, 'de')).toEqual({ center: null, zoom: 15, layers: LAYERS, language: 'de', list: true });
  }
});
