/** One value for many objects: what becomes of each, before anything is sent. */
import type { Fault } from '../../server/problem';
import type { Held } from '../api';
import { versionOf } from '../object/editing.svelte';

/** Objects at once; as many as one changeset of the server takes (`POST /api/changesets`). More are an import. */
export const MOST = 1_000;

export interface Planned {
  readonly held: Held;
  readonly before: unknown;
  readonly after: unknown;
  /** `same`: it is so already. `refused`: the server says why not. */
  readonly state: 'changes' | 'same' | 'refused';
  readonly why?: string;
}

const same = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

/** What giving a property one value makes of objects. */
export function plan(objects: readonly Held[], property: string, value: unknown): Planned[] {
  return objects.map((held) => {
    const before = held.feature.properties[property];
    return { held, before, after: value, state: same(before, value) ? 'same' : 'changes' };
  });
}

export interface Edit {
  readonly collection: string;
  readonly operation: 'patch';
  readonly id: string;
  readonly version: number;
  readonly patch: { readonly properties: Readonly<Record<string, unknown>> };
}

/** The edits of those that change, in their order. Each names the version that was looked at. */
export function editsOf(planned: readonly Planned[], collection: string, property: string): Edit[] {
  return planned
    .filter(({ state }) => state === 'changes')
    .map(({ held, after }) => ({
      collection,
      operation: 'patch',
      id: held.feature.id,
      version: Number(versionOf(held.tag)),
      patch: { properties: { [property]: after } },
    }));
}

/** The edits that give back what was there before, of objects in the versions that the change has made. */
export function backOf(
  planned: readonly Planned[],
  made: readonly { readonly id: string; readonly version: number }[],
  collection: string,
  property: string,
): Edit[] {
  const before = new Map(planned.map(({ held, before }) => [held.feature.id, before ?? null]));
  return made.map(({ id, version }) => ({
    collection,
    operation: 'patch',
    id,
    version,
    patch: { properties: { [property]: before.get(id) } },
  }));
}

/** The plan with what the server has refused of its edits, and what is wrong with the whole. */
export function refused(planned: readonly Planned[], faults: readonly Fault[]): [Planned[], string[]] {
  const why = new Map<number, string[]>();
  const whole: string[] = [];
  for (const { pointer, message } of faults) {
    const at = /^\/edits\/(\d+)(\/|$)/.exec(pointer);
    if (at) why.set(Number(at[1]), [...(why.get(Number(at[1])) ?? []), message]);
    else whole.push(message);
  }
  let edit = -1;
  const told = planned.map((each): Planned => {
    if (each.state !== 'changes') return each;
    edit += 1;
    const reasons = why.get(edit);
    return reasons ? { ...each, state: 'refused', why: reasons.join(' ') } : each;
  });
  return [told, whole];
}
