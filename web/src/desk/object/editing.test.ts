import { beforeEach, describe, expect, it, vi } from 'vitest';
import { fieldsOf } from '../../form/schema';
import { Refused } from '../../server/problem';
import type { Held } from '../api';
import * as api from '../api';
import { Spot } from '../spot.svelte';
import { Drafts } from './drafts';
import { Editing } from './editing.svelte';

vi.mock('../api', () => ({ change: vi.fn(), create: vi.fn(), object: vi.fn() }));

const fields = fieldsOf({
  properties: {
    ref: { type: 'string', title: 'Nummer' },
    flow: { type: 'integer', title: 'Durchfluss' },
    remark: { type: 'string', title: 'Bemerkung' },
  },
});

const held = (version: number, properties: Record<string, unknown>, lon = 11.4): Held => ({
  feature: { id: 'x', geometry: { type: 'Point', coordinates: [lon, 53.8] }, properties },
  tag: `"${version}-a-0"`,
  warnings: [],
});
const first = held(1, { ref: 'LOS-1', flow: 800, remark: null });
const refused = (status: number) => new Refused({ type: '', title: '', status, detail: '', errors: [] });

describe('an object that is edited', () => {
  let shelf: Map<string, string>;
  let spot: Spot;
  const begin = (from: Held | null) => {
    spot = new Spot();
    spot.editable = true;
    const kept = {
      getItem: (key: string) => shelf.get(key) ?? null,
      setItem: (key: string, text: string) => void shelf.set(key, text),
      removeItem: (key: string) => void shelf.delete(key),
    };
    return new Editing('hydrants', fields, 'de', new Drafts('me', 'hydrants', 'x', kept), spot, from);
  };
  const type = (editing: Editing, name: string, text: string) => {
    editing.draft[name] = text;
    editing.note();
  };

  beforeEach(() => {
    shelf = new Map();
    vi.mocked(api.change).mockReset();
    vi.mocked(api.create).mockReset();
    vi.mocked(api.object).mockReset();
  });

  it('sends what was typed and nothing else, for the state that was read', async () => {
    const editing = begin(first);
    type(editing, 'flow', '900');
    spot.put([11.5, 53.8]);
    vi.mocked(api.change).mockResolvedValue(held(2, { ref: 'LOS-1', flow: 900, remark: null }, 11.5));
    await editing.save({ ref: 'LOS-1', flow: 900, remark: null }, 'measured');
    const patch = { properties: { flow: 900 }, geometry: { type: 'Point', coordinates: [11.5, 53.8] } };
    expect(api.change).toHaveBeenCalledWith('hydrants', 'x', '"1-a-0"', patch, 'measured');
    expect(editing.changed).toEqual([]);
    expect(shelf.size, 'the draft is gone').toBe(0);
  });

  it('takes steps back one by one, the place among them', () => {
    const editing = begin(first);
    type(editing, 'flow', '9');
    type(editing, 'flow', '90');
    spot.put([11.5, 53.8]);
    editing.note();
    editing.undo();
    expect([spot.place, editing.draft.flow]).toEqual([[11.4, 53.8], '90']);
    editing.undo();
    expect([editing.draft.flow, editing.canUndo]).toEqual(['800', false]);
  });

  it('of which somebody else was faster shows what each made of it, and goes on with what is chosen', async () => {
    const editing = begin(first);
    type(editing, 'flow', '900');
    type(editing, 'remark', 'klemmt');
    const theirs = held(2, { ref: 'LOS-2', flow: 700, remark: null });
    vi.mocked(api.change).mockRejectedValueOnce(refused(412));
    vi.mocked(api.object).mockResolvedValue(theirs);
    expect(await editing.save({ ref: 'LOS-1', flow: 900, remark: 'klemmt' }, '')).toBeNull();
    const found = editing.conflict?.found.map(({ name, by }) => [name, by]);
    expect(found).toEqual([
      ['ref', 'them'],
      ['flow', 'both'],
      ['remark', 'me'],
    ]);
    editing.settle({ flow: 'theirs' });
    expect(editing.draft).toEqual({ ref: 'LOS-2', flow: '700', remark: 'klemmt' });
    expect(editing.changed, 'what is still to be saved').toEqual(['remark']);
  });

  it('that somebody else has deleted cannot be saved, and nothing typed is lost', async () => {
    const editing = begin(first);
    type(editing, 'remark', 'klemmt');
    vi.mocked(api.change).mockRejectedValueOnce(refused(404));
    vi.mocked(api.object).mockResolvedValue(null);
    expect(await editing.save({ remark: 'klemmt' }, '')).toBeNull();
    expect([editing.gone, editing.draft.remark]).toEqual([true, 'klemmt']);
  });

  it('changes before the eyes of whoever has typed nothing, and tells whoever has', () => {
    const second = held(2, { ref: 'LOS-1', flow: 700, remark: null });
    const reading = begin(first);
    reading.arrived(second);
    expect([reading.draft.flow, reading.outdated]).toEqual(['700', false]);
    const typing = begin(first);
    type(typing, 'flow', '900');
    typing.arrived(second);
    expect([typing.draft.flow, typing.outdated]).toEqual(['900', true]);
  });

  it('is found again as it was left, and says so where it has moved on meanwhile', () => {
    type(begin(first), 'remark', 'klemmt');
    const again = begin(held(1, { ref: 'LOS-1', flow: 800, remark: null }));
    expect([again.draft.remark, again.outdated, again.recalled !== null]).toEqual(['klemmt', false, true]);
    expect(begin(held(2, { ref: 'LOS-9', flow: 800, remark: null })).outdated).toBe(true);
  });

  it('is added with what was filled in, and where it was put', async () => {
    const editing = begin(null);
    type(editing, 'ref', 'NEU');
    spot.put([11.5, 53.8]);
    vi.mocked(api.create).mockResolvedValue(held(1, { ref: 'NEU', flow: null, remark: null }, 11.5));
    await editing.save({ ref: 'NEU', flow: null, remark: null }, 'new');
    const geometry = { type: 'Point', coordinates: [11.5, 53.8] };
    expect(api.create).toHaveBeenCalledWith(
      'hydrants',
      { type: 'Feature', geometry, properties: { ref: 'NEU' } },
      'new',
    );
  });
});
