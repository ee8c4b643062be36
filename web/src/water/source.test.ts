import { describe, expect, it } from 'vitest';
import { firstToAnswer, listed, type Nearest, type Source, Unanswered, type WaterSource } from './source';

const source = (id: string, distance: number, usable = true, unlimited = false) =>
  ({ id, distance, usable, unlimited }) as unknown as Source;
const answer = (sources: Source[]) => ({ sources }) as unknown as Nearest;

describe('the list', () => {
  it('has eight usable sources, any that never runs dry, and what is out of service no farther than those', () => {
    const usable = Array.from({ length: 12 }, (_, k) => source(`u${k}`, 100 * (k + 1), true, k === 11));
    const broken = [source('x1', 50, false), source('x2', 800, false), source('x3', 801, false)];
    const ids = listed(answer([...usable, ...broken])).map(({ id }) => id);
    expect(ids).toEqual(['u0', 'u1', 'u2', 'u3', 'u4', 'u5', 'u6', 'u7', 'u11', 'x1', 'x2']);
  });

  it('keeps everything where there is little, and nothing where there is none', () => {
    expect(listed(answer([source('u', 10), source('x', 1900, false)]))).toHaveLength(2);
    expect(listed(null)).toEqual([]);
  });
});

describe('somebody who knows water', () => {
  const signal = new AbortController().signal;
  const never = (why: 'unreachable' | 'refused'): WaterSource => ({
    nearest: () => Promise.reject(new Unanswered(why, why)),
    detail: () => Promise.reject(new Unanswered(why, why)),
  });
  const knows: WaterSource = { nearest: () => Promise.resolve(answer([])), detail: () => Promise.reject(new Error()) };

  it('is asked when the one before cannot be reached', async () => {
    await expect(firstToAnswer([never('unreachable'), knows]).nearest({ at: 'x' }, signal)).resolves.toBeDefined();
  });

  it('is not asked when the one before has refused', async () => {
    await expect(firstToAnswer([never('refused'), knows]).nearest({ at: 'x' }, signal)).rejects.toThrow('refused');
    await expect(firstToAnswer([]).nearest({ at: 'x' }, signal)).rejects.toThrow(Unanswered);
  });
});
