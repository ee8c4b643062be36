import { expect, test } from 'vitest';
import { changedBy } from './changes';

test('an event is about an object of the register that is shown, or about nothing', () => {
  const told = JSON.stringify({ collection: 'hydrants', id: '018f', action: 'updated', version: 3 });
  expect(changedBy(told, 'hydrants')).toBe('018f');
  expect(changedBy(told, 'suction_points')).toBeNull();
  expect(changedBy('{', 'hydrants')).toBeNull();
  expect(changedBy('null', 'hydrants')).toBeNull();
});
