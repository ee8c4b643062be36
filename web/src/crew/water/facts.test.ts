import { describe, expect, it } from 'vitest';
import { factsOf, type Schema } from './facts';

const schema: Schema = {
  properties: {
    id: { title: 'Kennung', 'x-ogc-role': 'id' },
    kind: { title: 'Bauart', oneOf: [{ const: 'pillar', title: 'Überflurhydrant' }] },
    flow_rate: { title: 'Durchfluss', type: 'integer', 'x-ogc-unit': 'l/min' },
    year_built: { title: 'Baujahr', type: 'integer' },
    status_as_of: { title: 'Zustand geprüft am', format: 'date' },
    frost_free: { title: 'Frostfrei', type: 'boolean' },
    couplings: {
      title: 'Abgänge',
      items: { properties: { coupling: { oneOf: [{ const: 'b75', title: 'Storz B' }] }, count: {} } },
    },
    volume: { title: 'Volumen', 'x-ogc-unit': 'm3' },
  },
};

describe('facts', () => {
  it('stand in the order of the declaration, in its words and units, without what is not recorded', () => {
    const properties = {
      volume: 1200,
      couplings: [{ coupling: 'b75', count: 2 }],
      year_built: 1998,
      kind: 'pillar',
      flow_rate: 1650,
      frost_free: false,
      status_as_of: '2026-10-12',
      id: 'x',
    };
    expect(factsOf({ properties }, schema, 'de').map(({ label, value }) => [label, value])).toEqual([
      ['Bauart', 'Überflurhydrant'],
      ['Durchfluss', '1.650 l/min'],
      ['Baujahr', '1998'],
      ['Zustand geprüft am', '12.10.2026'],
      ['Frostfrei', 'Nein'],
      ['Abgänge', '2 × Storz B'],
      ['Volumen', '1.200 m³'],
    ]);
    expect(factsOf({ properties: {} }, schema, 'de')).toEqual([]);
  });
});
