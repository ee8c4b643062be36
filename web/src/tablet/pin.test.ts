import { beforeEach, describe, expect, it } from 'vitest';
import { Pin } from './pin';

describe('the PIN of a tablet', () => {
  const kept = new Map<string, string>();
  let now = Date.parse('2026-11-29T20:00:00Z');
  const pin = () =>
    new Pin(
      {
        getItem: (key) => kept.get(key) ?? null,
        setItem: (key, value) => void kept.set(key, value),
        removeItem: (key) => void kept.delete(key),
      },
      () => now,
      1_000,
    );

  beforeEach(() => kept.clear());

  it('opens after a restart, and is kept as a hash alone', async () => {
    expect([pin().isSet, await pin().open('4711')]).toEqual([false, 'unknown']);
    await pin().set('4711');
    expect([...kept.values()].join()).not.toContain('4711');
    expect([await pin().open('4712'), await pin().open('4711'), pin().isSet]).toEqual(['wrong', 'right', true]);
    pin().forget();
    expect(pin().isSet).toBe(false);
  });

  it('is guessed at ever more slowly, whether the page is loaded again or the clock set back', async () => {
    await pin().set('4711');
    const pauses: number[] = [];
    for (let n = 0; n < 9; n++) {
      pauses.push(pin().pause);
      now += pin().pause * 1_000;
      expect(await pin().open('0000')).toBe('wrong');
    }
    expect(pauses).toEqual([0, 0, 0, 0, 0, 1, 2, 4, 8]);
    expect(await pin().open('4711'), 'the right one too early').toBe('wrong');
    now -= 86_400_000;
    expect(pin().pause).toBe(16);
    now += 2 * 86_400_000;
    expect(await pin().open('4711')).toBe('right');
    expect(pin().pause).toBe(0);
  });

  it('is not guessed at many times at once', async () => {
    await pin().set('4711');
    const guesses = await Promise.all(Array.from({ length: 50 }, (_, n) => pin().open(String(4_700 + n))));
    expect(guesses.filter((opened) => opened === 'right').length).toBeLessThanOrEqual(1);
    expect(pin().pause, 'at most five of them were looked at').toBeLessThanOrEqual(1);
  });
});
