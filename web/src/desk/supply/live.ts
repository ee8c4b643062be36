/** Changes of several collections as they happen (`/api/events`), told once for all of a moment. */

/** Collected for so long, milliseconds: what is judged takes the server longer than an edit. */
const MOMENT = 1_000;

/** Follows collections until it is called off. */
export function follow(collections: readonly string[], told: () => void): () => void {
  const stream = new EventSource(`/api/events?${new URLSearchParams({ collections: collections.join(',') })}`);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tell = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      told();
    }, MOMENT);
  };
  stream.addEventListener('change', tell);
  stream.addEventListener('reset', tell);
  return () => {
    clearTimeout(timer);
    stream.close();
  };
}
