import { describe, expect, it } from 'vitest';
import { ServerClock } from './clock';

describe('the clock', () => {
  it('counts by the server, whatever the device believes', () => {
    let steady = 1_000;
    let device = Date.parse('2019-01-01T00:00:00Z');
    const clock = new ServerClock(
      () => steady,
      () => device,
    );
    expect(clock.isSure).toBe(false);
    expect(clock.now()).toBe(device);
    clock.anchor('2026-11-22T20:00:00.000Z');
    steady += 90_000;
    device = 0;
    expect(new Date(clock.now()).toISOString()).toBe('2026-11-22T20:01:30.000Z');
    expect(clock.isSure).toBe(true);
    expect(clock.deviceIsWrong).toBe(true);
  });

  it('takes no nonsense for a time', () => {
    const clock = new ServerClock(
      () => 5,
      () => 7,
    );
    clock.anchor('yesterday');
    clock.anchor(null);
    expect(clock.isSure).toBe(false);
    expect(clock.now()).toBe(7);
  });
});
