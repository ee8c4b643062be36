import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Stillness } from './stillness';

const drawn = vi.fn();
let map: { triggerRepaint: () => void };
let element: EventTarget;
let stillness: Stillness;

function touch(kind: string, x = 100, isPrimary = true): void {
  element.dispatchEvent(Object.assign(new Event(kind), { clientX: x, clientY: 100, isPrimary }));
}

beforeEach(() => {
  vi.useFakeTimers();
  drawn.mockReset();
  map = { triggerRepaint: drawn };
  element = new EventTarget();
  stillness = new Stillness(map);
  stillness.watch(element as HTMLElement);
});
afterEach(() => vi.useRealTimers());

describe('a map under a finger', () => {
  it('draws as it likes while nobody touches it', () => {
    map.triggerRepaint();
    expect(drawn).toHaveBeenCalledOnce();
  });

  it('draws once when the list of a tap is painted', () => {
    touch('pointerdown');
    map.triggerRepaint();
    touch('pointerup');
    map.triggerRepaint();
    expect(drawn).not.toHaveBeenCalled();
    stillness.end();
    expect(drawn).toHaveBeenCalledOnce();
    map.triggerRepaint();
    expect(drawn).toHaveBeenCalledTimes(2);
  });

  it('draws without a list that lets itself be waited for', () => {
    touch('pointerdown');
    touch('pointerup');
    map.triggerRepaint();
    vi.advanceTimersByTime(250);
    expect(drawn).toHaveBeenCalledOnce();
  });

  it('draws at once when it is moved or a second finger comes', () => {
    touch('pointerdown');
    map.triggerRepaint();
    touch('pointermove', 103);
    expect(drawn).not.toHaveBeenCalled();
    touch('pointermove', 110);
    expect(drawn).toHaveBeenCalledOnce();
    touch('pointerdown');
    map.triggerRepaint();
    touch('pointerdown', 200, false);
    expect(drawn).toHaveBeenCalledTimes(2);
  });
});
