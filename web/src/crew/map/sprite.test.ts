import { describe, expect, it } from 'vitest';
import { bareOf, type Sprite, shown } from './sprite';

const cut = (x: number, bare?: string) => ({
  x,
  y: 40,
  width: 64,
  height: 48,
  pixelRatio: 2,
  ...(bare ? { bare } : {}),
});
const sprite: Sprite = {
  url: '/map/sprites/day@2x.png',
  width: 1024,
  cuts: { 'hydrants-wall-ready': cut(100, 'number-hydrants-pillar-ready'), 'number-hydrants-pillar-ready': cut(200) },
};

describe('symbols of the map on the page', () => {
  it('are cut out of its picture at any size', () => {
    expect(shown(sprite, 'hydrants-wall-ready', 1.5)).toMatchObject({
      'inline-size': '48.00px',
      'block-size': '36.00px',
      'background-position': '-75.00px -30.00px',
      'background-size': '768.00px auto',
    });
    expect(shown(sprite, 'hydrants-well-ready', 1)).toBeNull();
  });

  it('have a number written into the shape of their kind', () => {
    expect(bareOf(sprite, 'hydrants', 'wall', 'ready')).toBe('number-hydrants-pillar-ready');
    expect(bareOf(sprite, 'hydrants', 'geyser', 'unknown')).toBe('cluster-unknown');
  });
});
