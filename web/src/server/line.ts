/**
 * The line of a page to the server. It carries the language, the tag of what is edited (`If-Match`), and the cursor of
 * the journal: who has written reads what was written, whichever node answers. Knows no domain.
 */
import { refusal, unreachable } from './problem';

/** Longest wait for an answer, milliseconds. */
const PATIENCE = 30_000;
const CURSOR = 'geokontor-cursor';

export interface Told<T> {
  readonly body: T;
  /** The entity tag, for the next edit. */
  readonly tag: string | null;
  readonly headers: Headers;
}

export interface Wish {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';
  readonly body?: unknown;
  /** The media type of the body; JSON where nothing is said. */
  readonly media?: string;
  /** The tag of the state that is edited. */
  readonly tag?: string | null;
  /** Why it is edited, for the journal. */
  readonly reason?: string;
  readonly signal?: AbortSignal;
}

export class Line {
  /** The latest place in the journal that an answer to a write has told. */
  #cursor: string | null = null;

  constructor(
    private readonly language: () => string,
    private readonly ask: typeof fetch = (...asked) => fetch(...asked),
  ) {}

  /** Asks the server; rejects with `Refused` when it refuses or nobody answers. A body that is empty is `undefined`. */
  async send<T>(path: string, wish: Wish = {}): Promise<Told<T>> {
    const { method = 'GET', body, signal } = wish;
    const patience = AbortSignal.timeout(PATIENCE);
    const asked: RequestInit = {
      method,
      headers: this.#headers(wish),
      signal: signal ? AbortSignal.any([signal, patience]) : patience,
      credentials: 'same-origin',
    };
    if (body !== undefined) asked.body = JSON.stringify(body);
    const answer = await this.ask(path, asked).catch((error: unknown) => {
      throw signal?.aborted ? error : unreachable();
    });
    this.hear(answer.headers.get(CURSOR));
    if (!answer.ok) throw await refusal(answer);
    const text = await answer.text();
    return {
      body: (text === '' ? undefined : JSON.parse(text)) as T,
      tag: answer.headers.get('etag'),
      headers: answer.headers,
    };
  }

  /** Remembers the cursor of an answer to a write. */
  hear(cursor: string | null): void {
    this.#cursor = cursor ?? this.#cursor;
  }

  async get<T>(path: string, signal?: AbortSignal): Promise<T> {
    return (await this.send<T>(path, signal ? { signal } : {})).body;
  }

  #headers({ body, media, tag, reason }: Wish): Headers {
    const headers = new Headers({ accept: 'application/json', 'accept-language': this.language() });
    if (body !== undefined) headers.set('content-type', media ?? 'application/json');
    if (tag) headers.set('if-match', tag);
    // A header holds no umlauts.
    if (reason) headers.set('geokontor-reason', encodeURIComponent(reason));
    if (this.#cursor !== null) headers.set(CURSOR, this.#cursor);
    return headers;
  }
}
