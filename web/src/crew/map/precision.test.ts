import { expect, test } from 'vitest';
import { reachOfTap } from './precision';

test('a tap is exact where a finger covers a house, and as coarse as the finger where it covers a village', () => {
  expect(reachOfTap(16, 53.9)).toEqual({ certainty: 'exact', radius: null });
  const { certainty, radius } = reachOfTap(10, 53.9);
  expect([certainty, Math.round((radius ?? 0) / 100)]).toEqual(['coarse', 8]);
});
