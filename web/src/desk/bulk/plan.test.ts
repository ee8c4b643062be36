import { describe, expect, it } from 'vitest';
import type { Held } from '../api';
import { backOf, editsOf, plan, refused } from './plan';

const held = (id: string, kind: string | null, version: number): Held => ({
  feature: { id, geometry: null, properties: { kind } },
  tag: `"${version}-abc"`,
  warnings: [],
});
const objects = [held('a', 'pillar', 3), held('b', 'underground', 1), held('c', null, 7), held('d', 'wall', 2)];
const planned = plan(objects, 'kind', 'pillar');
const fault = (pointer: string, message: string) => ({ pointer, code: 'x', message });

describe('one value for many objects', () => {
  it('changes those that have another, each in the version that was looked at', () => {
    expect(planned.map(({ state }) => state)).toEqual(['same', 'changes', 'changes', 'changes']);
    expect(editsOf(planned, 'hydrants', 'kind').map(({ id, version }) => [id, version])).toEqual([
      ['b', 1],
      ['c', 7],
      ['d', 2],
    ]);
  });

  it('may be nothing recorded', () => {
    expect(plan(objects, 'kind', null).map(({ state }) => state)).toEqual(['changes', 'changes', 'same', 'changes']);
    expect(editsOf(plan(objects.slice(0, 1), 'kind', null), 'hydrants', 'kind')[0]?.patch).toEqual({
      properties: { kind: null },
    });
  });

  it('is given back as it was, in the versions that were made', () => {
    const made = [
      { id: 'b', version: 2 },
      { id: 'c', version: 8 },
    ];
    const back = backOf(planned, made, 'hydrants', 'kind');
    expect(back.map(({ id, version, patch }) => [id, version, patch.properties.kind])).toEqual([
      ['b', 2, 'underground'],
      ['c', 8, null],
    ]);
  });

  it('goes on without those that the server refuses', () => {
    const [told, whole] = refused(planned, [
      fault('/edits/1/version', 'Changed meanwhile.'),
      fault('/edits/2', 'Not in your area.'),
      fault('/edits/2/patch', 'And wrong.'),
      fault('/reason', 'Too long.'),
    ]);
    expect(told.map(({ state, why }) => [state, why])).toEqual([
      ['same', undefined],
      ['changes', undefined],
      ['refused', 'Changed meanwhile.'],
      ['refused', 'Not in your area. And wrong.'],
    ]);
    expect(whole).toEqual(['Too long.']);
    expect(editsOf(told, 'hydrants', 'kind').map(({ id }) => id)).toEqual(['b']);
  });
});
