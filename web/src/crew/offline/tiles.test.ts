import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { WaterIndex } from './nearest';
import { Register } from './register';
import { waterTile } from './tiles';

const { register: file, day } = JSON.parse(readFileSync('../tests/fixtures/nearest.json', 'utf8'));

describe('water as tiles', () => {
  const register = new Register(file);
  const index = new WaterIndex(register);
  const hydrant = [...register.rows()].find((row) => row.collection === 'hydrants') ?? expect.fail('a hydrant');
  const tileOf = (z: number) => {
    const x = Math.floor(((hydrant.lon + 180) / 360) * 2 ** z);
    const lat = (hydrant.lat * Math.PI) / 180;
    const y = Math.floor((0.5 - Math.asinh(Math.tan(lat)) / (2 * Math.PI)) * 2 ** z);
    return new TextDecoder('latin1').decode(waterTile(register, index, z, x, y, day));
  };

  it('hold each source with its id and state where there is room for it', () => {
    const tile = tileOf(16);
    expect(tile).toContain('hydrants');
    expect(tile).toContain(hydrant.id);
    expect(tile).toContain('status');
    expect(tile).not.toContain('count');
  });

  it('count sources together from afar, by every state, as the style reckons with all', () => {
    for (const name of ['count', 'ready', 'restricted', 'unknown', 'out_of_service']) expect(tileOf(8)).toContain(name);
  });

  it('are empty where nothing is', () => {
    expect(waterTile(register, index, 16, 0, 0, day).length).toBe(0);
  });
});
