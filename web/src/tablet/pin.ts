/**
 * The PIN as this browser knows it, so that it can be asked for without a network: salted and hashed by PBKDF2, with the
 * pauses of whoever guesses. It keeps out whoever picks the tablet up. It does not keep out whoever reads the browser's
 * files: four to eight digits are soon tried (docs/adr/0034).
 */

const KEY = 'geokontor.tablet';
/** As many rounds as OWASP's Password Storage Cheat Sheet asks of PBKDF2 with SHA-256. */
const ROUNDS = 600_000;
/** Wrong ones without a pause; then the pauses double. */
const FREE = 5;
const LONGEST_PAUSE = 15 * 60_000;

interface Lock {
  readonly salt: string;
  readonly hash: string;
  readonly rounds: number;
  /** Wrong ones since the last right one, and when the last of them was, milliseconds since 1970. */
  readonly wrong: number;
  readonly last: number;
}

export type Opened = 'right' | 'wrong' | 'unknown';

export class Pin {
  constructor(
    private readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> = localStorage,
    private readonly now: () => number = Date.now,
    private readonly rounds = ROUNDS,
  ) {}

  /** True where this browser knows a PIN. */
  get isSet(): boolean {
    return this.#lock() !== null;
  }

  /** Seconds until the next attempt. A clock that was set back shortens no pause. */
  get pause(): number {
    const lock = this.#lock();
    if (!lock || lock.wrong < FREE) return 0;
    const pause = Math.min(LONGEST_PAUSE, 1_000 * 2 ** (lock.wrong - FREE));
    const since = this.now() - lock.last;
    return since < 0 ? pause / 1_000 : Math.max(0, Math.ceil((pause - since) / 1_000));
  }

  async set(pin: string): Promise<void> {
    const salt = crypto.getRandomValues(new Uint8Array(16));
    const hash = hex(await derived(pin, salt, this.rounds));
    this.#keep({ salt: hex(salt), hash, rounds: this.rounds, wrong: 0, last: 0 });
  }

  /** Tries a PIN; `unknown` where the browser knows none. Counted before its outcome is known. */
  async open(pin: string): Promise<Opened> {
    const lock = this.#lock();
    if (!lock) return 'unknown';
    if (this.pause > 0) return 'wrong';
    this.#keep({ ...lock, wrong: lock.wrong + 1, last: this.now() });
    const hash = hex(await derived(pin, unhex(lock.salt), lock.rounds));
    if (hash !== lock.hash) return 'wrong';
    this.#keep({ ...lock, wrong: 0, last: 0 });
    return 'right';
  }

  forget(): void {
    this.storage.removeItem(KEY);
  }

  #lock(): Lock | null {
    try {
      const lock = JSON.parse(this.storage.getItem(KEY) ?? 'null') as Lock | null;
      return typeof lock?.hash === 'string' ? lock : null;
    } catch {
      return null;
    }
  }

  #keep(lock: Lock): void {
    this.storage.setItem(KEY, JSON.stringify(lock));
  }
}

async function derived(pin: string, salt: Uint8Array<ArrayBuffer>, iterations: number): Promise<Uint8Array> {
  const key = await crypto.subtle.importKey('raw', new TextEncoder().encode(pin), 'PBKDF2', false, ['deriveBits']);
  const how = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations };
  return new Uint8Array(await crypto.subtle.deriveBits(how, key, 256));
}

const hex = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
const unhex = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
