import { expect, it } from 'vitest';
import { Unanswered } from '../water/source';
import { withCoordinates } from './coordinates';

const lost = withCoordinates({ search: () => Promise.reject(new Unanswered('unreachable', 'gone')) }, null);
const found = (text: string) => lost.search(text, null, new AbortController().signal);

it('reads coordinates where nobody can be asked, and says how sure they are', async () => {
  expect(await found('32U PE 61655 74265')).toMatchObject([{ kind: 'coordinate', exact: true, certainty: 'exact' }]);
  expect(await found('32U PE 616 742')).toMatchObject([{ certainty: 'coarse', radius: 71 }]);
  await expect(found('32U PE 61 74')).rejects.toMatchObject({ why: 'refused' });
  await expect(found('Hauptstraße 1')).rejects.toMatchObject({ why: 'unreachable' });
});

it('offers the places on both datums where a coordinate does not say which', async () => {
  const hits = await found('4464624 5974134');
  expect(hits.map(({ detail, exact }) => [detail, exact])).toEqual([
    ['EPSG:31468', false],
    ['EPSG:2398', false],
  ]);
});
