import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { friction, type Hose, INLET, OUTLET, type Relay, type RelayFault, relay } from './relay';

/** Vectors that src/firewater/relay.rs is held to as well: the sheet and the map must not tell a crew two things. */
interface Fixture {
  readonly friction: readonly { readonly flow: number; readonly hose: Hose; readonly loss: number }[];
  readonly relay: readonly (Parameters<typeof relay>[0] &
    (Pick<Relay, 'pumps' | 'arrives'> | { readonly fault: RelayFault }))[];
}

const fixture = JSON.parse(readFileSync('../tests/fixtures/relay.json', 'utf8')) as Fixture;
const line = { flow: 800, hose: 'B75', lines: 1, length: 600, height: 0 } as const;
const told = (vector: object) => JSON.stringify(vector);

describe('friction', () => {
  it.each(fixture.friction.map((vector) => [told(vector), vector] as const))(
    'is what the server reckons: %s',
    (_, { flow, hose, loss }) => {
      expect(Math.abs(friction(flow, hose) - loss)).toBeLessThanOrEqual(loss * 1e-6 + 1e-9);
    },
  );
});

describe('a relay', () => {
  it.each(fixture.relay.map((vector) => [told(vector), vector] as const))(
    'is what the server plans: %s',
    (_, vector) => {
      const planned = relay(vector);
      if ('fault' in vector) {
        expect(planned).toBe(vector.fault);
        return;
      }
      expect(planned).toMatchObject({
        pumps: vector.pumps.map((at) => expect.closeTo(at, 6)),
        arrives: expect.closeTo(vector.arrives, 6),
      });
    },
  );

  it('leaves every pump what it wants, however long and steep the line', () => {
    for (const flow of [200, 800, 1600]) {
      for (const length of [20, 649.9, 650, 650.1, 4_000]) {
        const planned = relay({ ...line, flow, length, height: 12 });
        if (typeof planned === 'string') continue;
        const loss = (planned.friction + planned.height) / length;
        const ends = [...planned.pumps.slice(1), length];
        planned.pumps.forEach((from, k) => {
          expect(OUTLET - loss * ((ends[k] ?? length) - from)).toBeGreaterThan(INLET - 1e-6);
        });
        expect(planned.arrives).toBeGreaterThan(INLET - 1e-6);
      }
    }
  });

  it('plans nothing for a height that is no number', () => {
    expect(relay({ ...line, height: Number.NaN })).toBe('nothing-flows');
  });
});
