import { expect, test } from 'vitest';
import { COLOURS, DRAWN, drawnChanges, layersOf, patternOf, picturesOf } from './style';

test('verdicts are told apart without colour', () => {
  const inked = DRAWN.map((verdict) => [...patternOf(verdict, false).data].filter((_, k) => k % 4 === 3).join());
  expect(new Set(inked).size).toBe(DRAWN.length);
});

test('by night they are lighter than by day', () => {
  const light = (colour: string) =>
    [1, 3, 5].reduce((sum, at) => sum + Number.parseInt(colour.slice(at, at + 2), 16), 0);
  for (const verdict of DRAWN) expect(light(COLOURS[verdict][1])).toBeGreaterThan(light(COLOURS[verdict][0]));
});

test('every picture that is drawn with is there', () => {
  const names = picturesOf(false).map(([name]) => name);
  const used = JSON.stringify(layersOf(false)).match(/"supply-(supplied|too_little|none|unknown)"/g) ?? [];
  expect(new Set(used.map((name) => name.replaceAll('"', '')))).toEqual(new Set(names));
});

test('a building that would lose its water is marked by what it would have then', () => {
  const change = { id: 'a', lon: 11, lat: 53, before: 'supplied', after: 'none', people: 2 } as const;
  expect(drawnChanges([change]).features[0]?.properties).toEqual({ id: 'a', verdict: 'none' });
});
