import { describe, expect, it } from 'vitest';
import { differences, kept } from './merge';

describe('two people on one object', () => {
  const before = { ref: 'A', flow: 800, remark: null, tests: [{ day: '2024-05-01' }], kind: 'pillar' };
  const mine = { ref: 'A', flow: 1600, remark: 'mine', tests: [{ day: '2024-05-01' }], kind: 'pipe' };
  const theirs = { ref: 'B', flow: 400, remark: null, tests: [{ day: '2024-05-01' }], kind: 'pipe', other: 1 };
  const found = differences(before, mine, theirs);

  it('have to choose only where both made something else of it', () => {
    expect(found.map(({ name, by }) => [name, by])).toEqual([
      ['ref', 'them'],
      ['flow', 'both'],
      ['remark', 'me'],
    ]);
    expect(found[1]).toMatchObject({ before: 800, mine: 1600, theirs: 400 });
  });

  it('keep what each has changed alone, and what was chosen', () => {
    expect(kept(found, { flow: 'mine' })).toEqual({ flow: 1600, remark: 'mine' });
    expect(kept(found, { flow: 'theirs' })).toEqual({ remark: 'mine' });
    expect(kept(found, {}), 'nothing is overwritten unasked').toEqual({ remark: 'mine' });
  });
});
