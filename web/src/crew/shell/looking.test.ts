import { expect, it, vi } from 'vitest';
import { EXACT } from '../place/certainty';
import { Around } from '../water/around.svelte';
import type { Nearest, WaterSource } from '../water/source';
import { Looking } from './looking.svelte';

it('gives the coordinates of a source whose sheet cannot be had', async () => {
  const spot = { lon: 11.46, lat: 53.89, collection: 'hydrants', id: 'a' };
  const at = { ...spot, utmref: '32U PE 61655 74265', degrees_minutes: '', ...EXACT };
  const water = {
    nearest: () => Promise.resolve({ at, sources: [] } as unknown as Nearest),
    shore: () => Promise.resolve(null),
  } as unknown as WaterSource;
  const looking = new Looking(water, new Around(water), () => null);
  await looking.look(spot, 'LOS-0001');
  expect([looking.view, looking.selected]).toEqual(['detail', null]);
  await vi.waitFor(() => expect(looking.sought).toEqual({ label: 'LOS-0001', failed: true, at }));
});
