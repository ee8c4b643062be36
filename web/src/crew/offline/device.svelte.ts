/**
 * The device as the page knows it: what was taken along, what is going on, and who answers without a server.
 *
 * The work is done by [`./worker`], which is loaded only where something was taken along or is about to be.
 */

import type { LonLat } from '../../map/place';
import type { Server } from '../live/server.svelte';
import type { Hit, Search } from '../search/search';
import {
  type Detail,
  type Nearest,
  type NearestQuery,
  orElse,
  Unanswered,
  type WaterSource,
  type WaterSpot,
} from '../water/source';
import type { Language } from '../words/speech.svelte';
import type { Bounds } from './coordinate/misread';
import { detailOf } from './detail';
import { forgetSeen, keepMapFiles } from './seen';
import { edge } from './shapes';
import type { Calls, State } from './worker';

const TAKEN = 'geokontor.device';
/** Without an answer for so long a crew gets what the device knows. */
const PATIENCE = 2_000;
/** The copy is brought up to date this often while the line is up, beside every change that is told. */
const ROUND = 60_000;
const FLOCK = 1_500;

const NOTHING: State = { copy: null, map: null, count: 0, zooms: null, busy: null, stuck: null };

interface Waiting {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

export class Device {
  state = $state.raw<State>(NOTHING);
  /** Bytes there would be to take along. */
  sizes = $state.raw<{ register: number; map: number | null } | null>(null);
  /** Bytes the browser says are free, and whether it promised not to clear them away. */
  free = $state<number | null>(null);
  persisted = $state(false);
  readonly isPossible = 'indexedDB' in globalThis && 'serviceWorker' in navigator && globalThis.isSecureContext;
  #worker: Worker | null = null;
  #isRead = false;
  #calls = 0;
  readonly #waiting = new Map<number, Waiting>();
  #flock: ReturnType<typeof setTimeout> | undefined;
  #round: ReturnType<typeof setInterval> | undefined;

  constructor(
    readonly server: Server,
    private readonly district: Bounds | null,
    private readonly language: () => Language,
  ) {}

  /** True where something was taken along, by this page or an earlier one; until that is read, what is remembered counts. */
  get has(): boolean {
    return this.state.copy !== null || (!this.#isRead && kept(TAKEN) !== null);
  }

  /** Opens what is there; for pages on which nothing was taken along that is nothing. */
  async start(): Promise<void> {
    if (!this.isPossible || kept(TAKEN) === null) return;
    const { copy } = await this.#call('open');
    if (copy) this.server.recall(copy.time);
    this.#follow();
  }

  /** Keeps the copy up to date from now on. */
  #follow(): void {
    void this.sync();
    this.#round ??= setInterval(() => document.visibilityState === 'visible' && void this.sync(), ROUND);
  }

  /** What taking along would cost. */
  async look(): Promise<void> {
    if (!this.isPossible) return;
    await this.#call('open');
    this.sizes = await this.#call('sizes').catch(() => null);
    const estimate = await navigator.storage?.estimate?.().catch(() => null);
    this.free = estimate?.quota === undefined ? null : estimate.quota - (estimate.usage ?? 0);
    this.persisted = (await navigator.storage?.persisted?.().catch(() => false)) ?? false;
  }

  /** Takes the district along, or goes on with it. */
  async take(): Promise<void> {
    keep(TAKEN, '1');
    // Asked while a hand is on it: browsers refuse later.
    this.persisted = (await navigator.storage?.persist?.().catch(() => false)) ?? false;
    await keepMapFiles();
    await this.#call('take');
    this.#follow();
  }

  async pause(): Promise<void> {
    await this.#call('pause');
  }

  async remove(): Promise<void> {
    await this.#call('remove');
    forget(TAKEN);
    await forgetSeen();
    await this.look();
  }

  /** Follows what has changed; quietly, as it is done all the time. */
  async sync(): Promise<boolean> {
    if (!this.has || this.server.lostSince !== null) return false;
    return this.#call('sync').catch(() => false);
  }

  /** The line is back: nothing is interrupted any more, and what has changed meanwhile is followed. */
  reached(): void {
    if (this.has) void this.#call('reached');
    this.syncSoon();
  }

  /** Changes often come in flocks. */
  syncSoon(): void {
    clearTimeout(this.#flock);
    this.#flock = setTimeout(() => void this.sync(), FLOCK);
  }

  /** The server, and behind it the device: at once where the line is down, after a while where it is slow. */
  water(online: WaterSource): WaterSource {
    return {
      nearest: (query, signal) =>
        this.#behind(
          (s) => online.nearest(query, s),
          () => this.#nearest(query),
          signal,
        ),
      detail: (collection, id, signal) =>
        this.#behind(
          (s) => online.detail(collection, id, s),
          () => this.#detail(collection, id),
          signal,
        ),
      shore: (spot, from, signal) =>
        this.#behind(
          (s) => online.shore(spot, from, s),
          () => this.#shore(spot, from),
          signal,
        ),
    };
  }

  search(online: Search): Search {
    const own = (text: string, near: LonLat | null) => this.#ask('search', text, near, this.district, this.language());
    return {
      search: (text, near, signal) =>
        this.#behind<readonly Hit[]>(
          (s) => online.search(text, near, s),
          () => own(text, near),
          signal,
        ),
    };
  }

  /** A tile from the device. */
  tile(tileset: string, z: number, x: number, y: number): Promise<ArrayBuffer> {
    return this.#call('tile', tileset, z, x, y, this.server.clock.now());
  }

  async #behind<T>(
    online: (signal: AbortSignal) => Promise<T>,
    own: () => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    if (!this.has) return online(signal);
    if (this.server.lostSince !== null) return orElse(own(), () => online(signal));
    const asked = online(signal);
    const slow = Symbol('slow');
    const first = await orElse<T | symbol>(Promise.race([asked, wait(PATIENCE).then(() => slow)]), () => slow);
    // What is still under way is not waited for, and must not be told as unhandled.
    if (first !== slow) return first as T;
    asked.catch(() => undefined);
    return orElse(own(), () => asked);
  }

  async #nearest(query: NearestQuery): Promise<Nearest> {
    const { radius = 2_000, limit } = query;
    const now = this.server.clock.now();
    const answer = await this.#ask('nearest', query.at, radius, limit, now, this.district, this.language());
    return { ...answer, radius, origin: 'device' };
  }

  async #detail(collection: string, id: string): Promise<Detail> {
    const found = await this.#ask('detail', id);
    if (!found) throw new Unanswered('refused', id);
    return detailOf(collection, found.row, found.fields, this.language());
  }

  async #shore({ id }: WaterSpot, from: LonLat): Promise<LonLat | null> {
    const shape = (await this.#ask('detail', id))?.row.shape;
    return shape ? edge(shape, from) : null;
  }

  async #ask<K extends keyof Calls>(call: K, ...given: Parameters<Calls[K]>): Promise<ReturnType<Calls[K]>> {
    try {
      return await this.#call(call, ...given);
    } catch (error) {
      const misread = error instanceof Failed && error.kind === 'misread';
      if (!misread) throw new Unanswered('unreachable', String(error));
      throw new Unanswered('refused', String(error), null, error.candidates);
    }
  }

  #call<K extends keyof Calls>(call: K, ...given: Parameters<Calls[K]>): Promise<ReturnType<Calls[K]>> {
    this.#worker ??= this.#begin();
    const id = ++this.#calls;
    this.#worker.postMessage({ id, call, with: $state.snapshot(given) });
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
    });
  }

  #begin(): Worker {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'device' });
    worker.onmessage = ({ data }) => {
      if (data.state) {
        this.state = data.state as State;
        this.#isRead = true;
        return;
      }
      const waiting = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      if (data.failed) waiting?.reject(new Failed(data.failed, data.message, data.candidates));
      else waiting?.resolve(data.value);
    };
    worker.onerror = () => {
      for (const waiting of this.#waiting.values()) waiting.reject(new Failed('failed', 'the store cannot be opened'));
      this.#waiting.clear();
    };
    return worker;
  }
}

class Failed extends Error {
  constructor(
    readonly kind: string,
    message: string,
    /** Of a text that may mean several places. */
    readonly candidates: readonly Hit[] = [],
  ) {
    super(message);
  }
}

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function kept(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // The copy is then found again when it is asked for by hand.
  }
}

function forget(key: string): void {
  try {
    localStorage.removeItem(key);
  } catch {
    // As above.
  }
}
