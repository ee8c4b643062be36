import { describe, expect, it } from 'vitest';
import { firstToAnswer, type Nearest, type Source, Unanswered, type WaterSource } from './source';

const answer = () => ({ sources: [] as Source[] }) as unknown as Nearest;

describe('somebody who knows water', () => {
  const signal = new AbortController().signal;
  const never = (why: 'unreachable' | 'refused'): WaterSource => ({
    nearest: () => Promise.reject(new Unanswered(why, why)),
    detail: () => Promise.reject(new Unanswered(why, why)),
    shore: () => Promise.reject(new Unanswered(why, why)),
  });
  const knows: WaterSource = {
    nearest: () => Promise.resolve(answer()),
    detail: () => Promise.reject(new Error()),
    shore: () => Promise.resolve(null),
  };

  it('is asked when the one before cannot be reached', async () => {
    await expect(firstToAnswer([never('unreachable'), knows]).nearest({ at: 'x' }, signal)).resolves.toBeDefined();
  });

  it('is not asked when the one before has refused', async () => {
    await expect(firstToAnswer([never('refused'), knows]).nearest({ at: 'x' }, signal)).rejects.toThrow('refused');
    await expect(firstToAnswer([]).nearest({ at: 'x' }, signal)).rejects.toThrow(Unanswered);
  });
});
