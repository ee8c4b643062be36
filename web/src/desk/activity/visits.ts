/** When somebody has looked last at what changed in a register; kept in this browser, by account. */

/** What is needed of `localStorage`. */
type Shelf = Pick<Storage, 'getItem' | 'setItem'>;

/**
 * The last visit before this one, as RFC 3339; null at the first. Looking again within the time of a sitting is the same
 * visit, so that a page that is loaded anew shows the same.
 */
export function visit(account: string, collection: string, shelf: Shelf | null, now: number): string | null {
  const key = `geokontor.visit.${account}.${collection}`;
  const kept = read(shelf, key);
  const isSame = kept !== null && now - kept.at < SITTING;
  const before = isSame ? kept.before : (kept?.at ?? null);
  try {
    shelf?.setItem(key, JSON.stringify({ before, at: now }));
  } catch {
    // Full, or refused: the next visit is the first again.
  }
  return before === null ? null : new Date(before).toISOString();
}

/** Milliseconds. */
const SITTING = 60 * 60 * 1000;

function read(shelf: Shelf | null, key: string): { before: number | null; at: number } | null {
  try {
    const kept = JSON.parse(shelf?.getItem(key) ?? 'null') as { before?: unknown; at?: unknown } | null;
    if (typeof kept?.at !== 'number') return null;
    return { at: kept.at, before: typeof kept.before === 'number' ? kept.before : null };
  } catch {
    return null;
  }
}
