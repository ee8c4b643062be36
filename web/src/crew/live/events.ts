/**
 * Changes as they happen, from `/api/events`.
 *
 * Follows for ever: resumes after the last event seen, waits longer after each failure, and takes a silence of more than
 * two heartbeats for a broken line. A server without the stream is asked again now and then.
 */
import type { Server } from './server.svelte';
import { EventParser } from './sse';

/** What happened to one feature. */
export interface Change {
  readonly collection: string;
  readonly id: string;
  readonly action: 'created' | 'updated' | 'deleted';
  /** West, south, east, north. */
  readonly before: readonly [number, number, number, number] | null;
  readonly after: readonly [number, number, number, number] | null;
  /** Tiles that show it or showed it: `[z, x, y]` by tileset. */
  readonly tiles: Readonly<Record<string, readonly (readonly [number, number, number])[]>>;
  readonly time: string;
}

export interface Listener {
  changed(change: Change): void;
  /** Changes were missed: everything shown is to be asked for again. */
  missed(): void;
}

/** Heartbeats come every 15 s. */
const SILENCE = 40_000;
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 15_000;

/** Follows until it is called off. */
export async function follow(server: Server, listener: Listener, stop: AbortSignal): Promise<void> {
  let lastId = '';
  let pause = FIRST_PAUSE;
  let everConnected = false;
  while (!stop.aborted) {
    const line = new AbortController();
    const off = () => line.abort();
    stop.addEventListener('abort', off);
    let watch = setTimeout(off, SILENCE);
    try {
      const headers: Record<string, string> = { accept: 'text/event-stream' };
      if (lastId) headers['last-event-id'] = lastId;
      const answer = await fetch('/api/events?collections=hydrants,water_sources,suction_points', {
        headers,
        cache: 'no-store',
        signal: line.signal,
      });
      server.told(answer);
      if (!answer.ok || !answer.body || !answer.headers.get('content-type')?.startsWith('text/event-stream')) {
        // Without a stream the question itself is a sign of life, now and then.
        pause = LONGEST_PAUSE;
      } else {
        // Without an id to resume after, what happened while the line was down is not told.
        if (everConnected && !lastId) listener.missed();
        everConnected = true;
        pause = FIRST_PAUSE;
        const parser = new EventParser();
        parser.lastId = lastId;
        const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
        for (;;) {
          const { done, value } = await reader.read();
          if (done) break;
          clearTimeout(watch);
          watch = setTimeout(off, SILENCE);
          server.heard();
          for (const event of parser.push(value)) {
            if (event.name === 'change') listener.changed(JSON.parse(event.data) as Change);
            else if (event.name === 'reset') listener.missed();
          }
          lastId = parser.lastId;
        }
      }
    } catch {
      if (!stop.aborted) server.lost();
    } finally {
      clearTimeout(watch);
      stop.removeEventListener('abort', off);
    }
    await sleep(pause, stop);
    pause = Math.min(LONGEST_PAUSE, pause * 2);
  }
}

/** Waits; at most until the network is said to be back. */
function sleep(milliseconds: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener('online', done);
      stop.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    addEventListener('online', done);
    stop.addEventListener('abort', done);
  });
}
