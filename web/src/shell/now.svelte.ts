/** The time as it passes, by the server's clock; for ages, so every few seconds will do. */
import type { ServerClock } from '../live/clock';

const STEP = 5_000;

export class Now {
  time = $state(0);

  constructor(clock: ServerClock) {
    this.time = clock.now();
    setInterval(() => {
      this.time = clock.now();
    }, STEP);
  }
}
