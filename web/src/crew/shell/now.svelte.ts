/** The time as it passes, by the server's clock; for ages, so every few seconds will do. */
import type { ServerClock } from '../live/clock';

const STEP = 5_000;

export class Now {
  time = $state(0);

  constructor(private readonly clock: ServerClock) {
    this.look();
    setInterval(() => this.look(), STEP);
  }

  /** Looks at the clock, which a first answer of the server may have set by days. */
  look(): void {
    this.time = this.clock.now();
  }
}
