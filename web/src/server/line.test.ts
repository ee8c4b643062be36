import { expect, it } from 'vitest';
import { Line } from './line';
import { Refused } from './problem';

/** A server that answers in turn, and what it was asked. */
function answering(...answers: (Response | Error)[]) {
  const asked: { path: string; init: RequestInit }[] = [];
  const ask = (async (path: string, init: RequestInit) => {
    asked.push({ path, init });
    const next = answers.shift();
    if (!next || next instanceof Error) throw next ?? new TypeError('no answer');
    return next;
  }) as typeof fetch;
  return {
    line: new Line(() => 'de', ask),
    header: (k: number, name: string) => new Headers(asked[k]?.init.headers).get(name),
  };
}

it('reads what it has written, whichever node answers', async () => {
  const { line, header } = answering(
    new Response('{"id":1}', { headers: { 'geokontor-cursor': '7:9:', etag: '"1"' } }),
    new Response('{}'),
  );
  const { tag } = await line.send('/api/things', { method: 'POST', body: { name: 'a' } });
  await line.get('/api/things');
  expect([header(0, 'geokontor-cursor'), header(1, 'geokontor-cursor'), tag]).toEqual([null, '7:9:', '"1"']);
});

it('edits the state it has seen, in the language of the page', async () => {
  const { line, header } = answering(new Response(null, { status: 204 }));
  const told = await line.send('/x', {
    method: 'PATCH',
    body: {},
    media: 'application/merge-patch+json',
    tag: '"3-a"',
  });
  expect([header(0, 'if-match'), header(0, 'accept-language'), header(0, 'content-type'), told.body]).toEqual([
    '"3-a"',
    'de',
    'application/merge-patch+json',
    undefined,
  ]);
});

it('tells refusals with their faults, and that nobody has answered', async () => {
  const fault = { pointer: '/email', code: 'no-address', message: 'Das ist keine Adresse.' };
  const problem = { type: 'urn:geokontor:problem:invalid', title: 'Ungültig', detail: 'd', errors: [fault] };
  const { line } = answering(
    new Response(JSON.stringify(problem), { status: 422, headers: { 'retry-after': '30' } }),
    new Response('<html>', { status: 502 }),
    new TypeError('fetch failed'),
  );
  const refusals: unknown[] = [];
  for (let k = 0; k < 3; k++) await line.get('/x').catch((error: unknown) => refusals.push(error));
  const [invalid, gateway, nobody] = refusals as [Refused, Refused, Refused];
  expect(invalid).toBeInstanceOf(Refused);
  expect([invalid.kind, invalid.retryAfter, invalid.problem.errors]).toEqual(['invalid', 30, [fault]]);
  expect([gateway.problem.status, gateway.problem.errors]).toEqual([502, []]);
  expect([nobody.problem.status, nobody.kind]).toEqual([0, 'unreachable']);
});
