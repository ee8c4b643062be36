import { describe, expect, it } from 'vitest';
import { ServerClock } from './clock';

describe('the clock of a page that opens without a network', () => {
  it('goes by the device and what it was off by, never back behind the last contact, and says that it is unsure', () => {
    let device = 5_000_000;
    const clock = new ServerClock(
      () => 0,
      () => device,
    );
    // At the last contact the device was two minutes late.
    clock.recall(4_120_000, 4_000_000);
    expect([clock.now(), clock.isSure]).toEqual([5_120_000, false]);
    device = 1_000;
    expect(clock.now()).toBe(4_120_000);
    clock.anchor('1970-01-01T02:00:00Z');
    expect([clock.now(), clock.isSure]).toEqual([7_200_000, true]);
  });
});
