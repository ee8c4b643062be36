/**
 * The server's time on a device whose own clock may be wrong.
 *
 * Anchored whenever an answer says what time it is; between answers the device's steady clock counts on. Until the first
 * answer there is only the device's clock, and what is computed by it is said to be unsure.
 */
export class ServerClock {
  #offset: number | null = null;

  /** `steady` runs evenly whatever anybody sets; `device` is the clock on the wall. Both in milliseconds. */
  constructor(
    private readonly steady: () => number = () => performance.now(),
    private readonly device: () => number = () => Date.now(),
  ) {}

  /** An answer says what time it is. Nonsense is passed over. */
  anchor(time: string | null | undefined): void {
    const server = time ? Date.parse(time) : Number.NaN;
    if (Number.isFinite(server)) this.#offset = server - this.steady();
  }

  /** Milliseconds since 1970 as the server counts. */
  now(): number {
    return this.#offset === null ? this.device() : this.steady() + this.#offset;
  }

  /** True once a server has said what time it is. */
  get isSure(): boolean {
    return this.#offset !== null;
  }

  /** True if the device's clock is off by more than two minutes. */
  get deviceIsWrong(): boolean {
    return this.#offset !== null && Math.abs(this.device() - this.now()) > 120_000;
  }
}
