import { expect, it } from 'vitest';
import type { Server } from '../live/server.svelte';
import { OnlineWater } from './online';

it('takes over what a refused text may mean, and asks in the language of the page', async () => {
  const asked: HeadersInit[] = [];
  const candidates = [
    { kind: 'coordinate', label: 'EPSG:31468', detail: null, lon: 11.46, lat: 53.89, certainty: 'exact', radius: null },
    { kind: 'coordinate', label: 'EPSG:2398', detail: null, lon: 11.46, lat: 53.9, certainty: 'exact', radius: null },
  ];
  const server = {
    get: (_path: string, _signal: AbortSignal, headers: HeadersInit) => {
      asked.push(headers);
      return Promise.resolve(Response.json({ title: 'x', detail: 'at: welches?', candidates }, { status: 400 }));
    },
  } as unknown as Server;
  const water = new OnlineWater(server, () => 'de', null);
  const answer = water.nearest({ at: '4464624 5974134' }, new AbortController().signal);
  const expected = candidates.map((candidate) => ({ ...candidate, exact: false }));
  await expect(answer).rejects.toMatchObject({ why: 'refused', message: 'at: welches?', candidates: expected });
  expect(asked).toEqual([{ 'accept-language': 'de' }]);
});
