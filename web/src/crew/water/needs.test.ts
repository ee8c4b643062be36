import { describe, expect, it } from 'vitest';
import { needs } from './needs';

describe('what is needed', () => {
  it('is what is declared, in its order', () => {
    expect(needs({ needs: ['standpipe', 'key_underground'] })).toEqual(['standpipe', 'key_underground']);
    expect(needs({ needs: ['none'] })).toEqual(['none']);
    expect(needs({ needs: [] })).toEqual(['none']);
  });

  it('is never guessed where nothing is declared or nobody knows the word', () => {
    expect(needs({})).toEqual(['unknown']);
    expect(needs({ needs: ['crane'] })).toEqual(['unknown']);
  });
});
