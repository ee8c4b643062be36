/** Changes as they happen (`/api/events`), collected for a moment: an import makes thousands at once. */

/** Ids of what has changed, or everything where it is not known what. */
export type Changes = ReadonlySet<string> | 'all';

/** Collected for so long, milliseconds. */
const MOMENT = 400;

/** The object that an event is about; null for one of another collection. */
export function changedBy(data: string, collection: string): string | null {
  try {
    const told = JSON.parse(data) as { collection?: unknown; id?: unknown } | null;
    return told?.collection === collection && typeof told.id === 'string' ? told.id : null;
  } catch {
    return null;
  }
}

/**
 * Follows a collection until it is called off. The browser comes back by itself after a broken line, with the last event
 * it has seen.
 */
export function follow(collection: string, told: (changes: Changes) => void): () => void {
  const stream = new EventSource(`/api/events?${new URLSearchParams({ collections: collection })}`);
  let waiting = new Set<string>();
  let all = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tell = () => {
    timer = undefined;
    const changes = all ? 'all' : waiting;
    waiting = new Set();
    all = false;
    told(changes);
  };
  stream.addEventListener('change', ({ data }) => {
    const id = changedBy(data, collection);
    if (id === null) return;
    waiting.add(id);
    timer ??= setTimeout(tell, MOMENT);
  });
  stream.addEventListener('reset', () => {
    all = true;
    timer ??= setTimeout(tell, MOMENT);
  });
  return () => {
    clearTimeout(timer);
    stream.close();
  };
}
