import { expect, test } from 'vitest';
import { orElse, Unanswered } from './source';

test('something else is asked where nobody was reached, and not where somebody has refused', async () => {
  const other = () => 'other';
  await expect(orElse(Promise.resolve('answer'), other)).resolves.toBe('answer');
  await expect(orElse(Promise.reject(new Unanswered('unreachable', '')), other)).resolves.toBe('other');
  await expect(orElse(Promise.reject(new Unanswered('refused', 'why')), other)).rejects.toThrow('why');
  await expect(orElse(Promise.reject(new Error('a slip')), other)).rejects.toThrow('a slip');
});
