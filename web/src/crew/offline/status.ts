/** Can a source be used? The rule of src/firewater/status.rs. */
import type { Because, Status } from '../water/source';
import { dayIn } from '../water/until';
import type { Register, Row } from './register';

export interface Readiness {
  readonly status: Status;
  readonly because: Because;
  /** Days since 1970 of the last confirmation. */
  readonly asOf: number | null;
  /** Days since 1970 of the last day of the state; null without one, and for one that is over. */
  readonly until: number | null;
}

const DAY = 86_400_000;

/** Days since 1970 of an instant, by the clocks of the district. */
export const dayOf = (milliseconds: number, zone?: string) => Date.parse(dayIn(milliseconds, zone)) / DAY;

/** The day so many months before; where the month has no such day, its last. */
export function monthsBefore(day: number, months: number): number {
  const date = new Date(day * DAY);
  const first = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - months, 1));
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  return first.getTime() / DAY + Math.min(date.getUTCDate(), last) - 1;
}

let oldest = { day: Number.NaN, months: Number.NaN, is: 0 };

/** The same day is asked about for every source there is. */
function oldestThatCounts(day: number, months: number): number {
  if (oldest.day !== day || oldest.months !== months) oldest = { day, months, is: monthsBefore(day, months) };
  return oldest.is;
}

/** What may be expected of a source on a day; null for one that is not there (planned, removed). */
export function readiness(register: Register, row: Row, today: number): Readiness | null {
  const lifecycle = register.code(row, 'lifecycle')?.[0];
  if (lifecycle === 'planned' || lifecycle === 'removed') return null;
  const recorded = register.code(row, 'operational_status')?.[0];
  const day = (name: string) => (typeof row.values?.[name] === 'number' ? (row.values[name] as number) : null);
  const [asOf, last] = [day('status_as_of'), day('status_until')];
  const isOver = last !== null && last < today;
  const of = (status: Status, because: Because): Readiness => ({ status, because, asOf, until: isOver ? null : last });
  if (lifecycle === 'decommissioned') return of('out_of_service', 'decommissioned');
  const isOut = recorded === 'out_of_service';
  if (!isOut && recorded !== 'ready' && recorded !== 'restricted') return of('unknown', 'never_verified');
  if (isOver) return of('unknown', 'ended');
  if (isOut) return of(recorded, 'recorded');
  if (asOf === null) return of('unknown', 'never_verified');
  const months = register.file.verified_for_months[row.collection];
  if (months !== undefined && asOf < oldestThatCounts(today, months)) return of('unknown', 'outdated');
  return of(recorded, 'recorded');
}
