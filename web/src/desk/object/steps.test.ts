import { describe, expect, it } from 'vitest';
import { changed, first, noted, type Sheet, undone } from './steps';

const point = (lon: number, lat: number): Sheet['shape'] => ({ type: 'Point', coordinates: [lon, lat] });
const sheet = (draft: Sheet['draft'], shape = point(11.4, 53.8)): Sheet => ({ draft, shape });

describe('the steps of a form', () => {
  it('are taken back one by one, and typing on in a field is one of them', () => {
    let steps = first(sheet({ ref: '', flow: '' }));
    for (const ref of ['L', 'LO', 'LOS']) steps = noted(steps, sheet({ ref, flow: '' }));
    steps = noted(steps, sheet({ ref: 'LOS', flow: '8' }));
    steps = noted(steps, sheet({ ref: 'LOS', flow: '8' }, point(11.5, 53.8)));
    expect(steps.past).toHaveLength(3);
    steps = undone(steps);
    expect(steps.now.shape).toEqual(point(11.4, 53.8));
    steps = undone(steps);
    expect(steps.now.draft).toEqual({ ref: 'LOS', flow: '' });
    steps = undone(steps);
    expect(steps.now.draft).toEqual({ ref: '', flow: '' });
    expect(undone(steps)).toBe(steps);
  });

  it('are none where nothing was changed, and each move is one', () => {
    const steps = first(sheet({ ref: 'A' }));
    expect(noted(steps, sheet({ ref: 'A' }))).toBe(steps);
    const moved = noted(noted(steps, sheet({ ref: 'A' }, point(1, 1))), sheet({ ref: 'A' }, point(2, 2)));
    expect(moved.past).toHaveLength(2);
    expect(changed(steps.now, moved.now)).toEqual(['geometry']);
  });
});
