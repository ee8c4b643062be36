/**
 * The server's time on a device whose own clock may be wrong.
 *
 * Anchored whenever an answer says what time it is; between answers the device's steady clock counts on. Until the first
 * answer there is only the device's clock, and what is computed by it is said to be unsure.
 */
export class ServerClock {
  #offset: number | null = null;
  /** The server's time at the last contact of an earlier visit, and how far the device's clock was off then. */
  #recalled: { readonly floor: number; readonly off: number } | null = null;

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
    if (this.#offset !== null) return this.steady() + this.#offset;
    // Of a clock that was set back nothing gets fresher.
    return this.#recalled ? Math.max(this.#recalled.floor, this.device() + this.#recalled.off) : this.device();
  }

  /**
   * Before the first answer: what an earlier visit knew, the server's time and the device's at that moment. It stays
   * unsure, as nobody knows what was done to the clock since.
   */
  recall(server: number, device: number): void {
    if (Number.isFinite(server) && Number.isFinite(device)) this.#recalled = { floor: server, off: server - device };
  }

  /** The device's clock at this moment, for remembering it. */
  get deviceTime(): number {
    return this.device();
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
