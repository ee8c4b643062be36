/**
 * The line to the server: every request goes through here, so that one place knows when it was last heard of and what
 * time it is there. Knows no domain.
 */
import { ServerClock } from './clock';

/** Longest wait for an answer; on a weak network a crew is better served by the truth than by a spinner. */
const PATIENCE = 10_000;

export class Server {
  readonly clock: ServerClock;
  /** When the server was last heard of, by its own clock; null before the first time. */
  lastHeard = $state<number | null>(null);
  /** Since when it has not been reached, by the server's clock; null while it is. */
  lostSince = $state<number | null>(null);

  constructor(clock = new ServerClock()) {
    this.clock = clock;
  }

  /** GETs; rejects when nobody answers, or when it is called off. Any status is an answer. */
  async get(path: string, signal?: AbortSignal, headers?: HeadersInit): Promise<Response> {
    const patience = AbortSignal.timeout(PATIENCE);
    try {
      const answer = await fetch(path, {
        signal: signal ? AbortSignal.any([signal, patience]) : patience,
        ...(headers ? { headers } : {}),
      });
      // A gateway that cannot reach the server answers in its place.
      if (answer.status === 502 || answer.status === 504) this.lost();
      else this.told(answer);
      return answer;
    } catch (error) {
      if (!signal?.aborted) this.lost();
      throw error;
    }
  }

  /** Somebody has answered. Only a tablet that was revoked is refused so: its own page drops what it has (src/tablet). */
  told({ status, headers }: Response): void {
    if (status === 401) location.replace('/map/tablet');
    this.heard(headers.get('date'));
  }

  /** A sign of life, with the time it carried. */
  heard(time?: string | null): void {
    this.clock.anchor(time);
    this.lastHeard = this.clock.now();
    this.lostSince = null;
  }

  /** Of an earlier visit: what is known on this device is as of then. */
  recall(time: string): void {
    const at = Date.parse(time);
    if (Number.isFinite(at) && this.lastHeard === null) this.lastHeard = at;
    // Lost before it was known since when: since then.
    if (Number.isFinite(at) && this.lostSince !== null && !this.clock.isSure) this.lostSince = at;
  }

  /** Nobody answered. */
  lost(): void {
    this.lostSince ??= this.lastHeard ?? this.clock.now();
  }
}
