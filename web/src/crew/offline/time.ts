/** What time it was on the server and on this device at the last contact, kept for a start without a network. */
import type { ServerClock } from '../live/clock';

const KEY = 'geokontor.time';
const STEP = 30_000;

export function recallClock(clock: ServerClock): void {
  try {
    const { server, device } = JSON.parse(localStorage.getItem(KEY) ?? '{}') as { server?: number; device?: number };
    if (server !== undefined && device !== undefined) clock.recall(server, device);
  } catch {
    // Then there is only the device's clock, and the page says so.
  }
}

export function rememberClock(clock: ServerClock): void {
  setInterval(() => {
    if (!clock.isSure) return;
    try {
      localStorage.setItem(KEY, JSON.stringify({ server: clock.now(), device: clock.deviceTime }));
    } catch {
      // As above.
    }
  }, STEP);
}
