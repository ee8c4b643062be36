/** The steps of somebody who fills in a form, so that the last ones can be taken back. */
import type { Draft } from '../../form/draft';

/** What has been typed, and where the object lies; null where it has no place yet. */
export interface Sheet {
  readonly draft: Draft;
  readonly shape: GeoJSON.Geometry | null;
}

export interface Steps {
  readonly past: readonly Sheet[];
  readonly now: Sheet;
  /** The field that was changed last, if it was one alone. */
  readonly field: string | null;
}

/** Steps that can be taken back. */
const MOST = 100;

export const first = (now: Sheet): Steps => ({ past: [], now, field: null });

/** The names of what differs; the place is `geometry`. */
export function changed(a: Sheet, b: Sheet): string[] {
  const differs = (one: unknown, other: unknown) => JSON.stringify(one) !== JSON.stringify(other);
  const names = new Set([...Object.keys(a.draft), ...Object.keys(b.draft)]);
  const fields = [...names].filter((name) => differs(a.draft[name], b.draft[name]));
  return differs(a.shape, b.shape) ? [...fields, 'geometry'] : fields;
}

/** Notes what the sheet holds now. Typing on in one field is one step. */
export function noted(steps: Steps, now: Sheet): Steps {
  const names = changed(steps.now, now);
  if (names.length === 0) return steps;
  const field = names.length === 1 && names[0] !== 'geometry' ? (names[0] ?? null) : null;
  if (field !== null && field === steps.field) return { ...steps, now };
  return { past: [...steps.past, steps.now].slice(-MOST), now, field };
}

/** Takes the last step back; the first sheet stays. */
export function undone(steps: Steps): Steps {
  const before = steps.past.at(-1);
  return before ? { past: steps.past.slice(0, -1), now: before, field: null } : steps;
}
