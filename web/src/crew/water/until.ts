/**
 * A state may hold until a day. It ends with it whether or not anybody has said so since: the rule of
 * src/firewater/status.rs, for lists that were made on an earlier day.
 */
import type { Source } from './source';

/** The day in a time zone, as ISO writes it; the Swedes write it so, too. */
export const dayIn = (milliseconds: number, zone?: string) =>
  new Date(milliseconds).toLocaleDateString('sv', zone ? { timeZone: zone } : {});

/** A source as it is on a day. */
export function asOf(source: Source, today: string): Source {
  const { status_until, status_reason, ...rest } = source;
  if (!status_until || status_until >= today) return source;
  return { ...rest, usable: true, status: 'unknown', status_because: 'ended' };
}
