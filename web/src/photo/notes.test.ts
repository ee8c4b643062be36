import { expect, test } from 'vitest';
import { pathOf, thinned } from './notes';

test('shapes are drawn in pixels of the photo, whatever its size', () => {
  expect(
    pathOf(
      {
        shape: 'line',
        points: [
          [0, 0],
          [0.5, 1],
        ],
      },
      200,
      100,
    ),
  ).toBe('M0 0L100 100');
  expect(pathOf({ shape: 'circle', from: [0.25, 0.25], to: [0.75, 0.75] }, 200, 100)).toBe(
    'M50 50A50 25 0 1 0 150 50A50 25 0 1 0 50 50Z',
  );
  const arrow = pathOf({ shape: 'arrow', from: [0, 0.5], to: [1, 0.5] }, 140, 140);
  expect(arrow).toMatch(/^M0 70L140 70M/);
  expect(arrow.match(/L140 70/g), 'both barbs meet the point').toHaveLength(2);
});

test('a line of a hand has no more points than matter, and its ends stay', () => {
  const still = Array.from({ length: 50 }, () => [0.5, 0.5]);
  expect(thinned(still)).toEqual([[0.5, 0.5]]);
  const long = Array.from({ length: 2_000 }, (_, k) => [(k % 100) / 100, k / 2_000]);
  const kept = thinned(long);
  expect(kept.length).toBeLessThanOrEqual(300);
  expect(kept[0]).toEqual(long[0]);
  expect(kept.at(-1)).toEqual(long.at(-1));
});
