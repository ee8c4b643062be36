/** Where the crew itself is, by the device; asked for only when a crew wants to know. */
import type { LonLat } from '../../map/place';

/** A fix of the device. */
export interface Fix extends LonLat {
  /** Metres. */
  readonly accuracy: number;
  /** Direction of travel, degrees; null when standing. */
  readonly heading: number | null;
}

export type Following = 'off' | 'waiting' | 'on';

export class Position {
  fix = $state.raw<Fix | null>(null);
  /** Whether the map goes with the crew. */
  following = $state<Following>('off');
  headingUp = $state(false);
  fault = $state<'denied' | 'unavailable' | null>(null);
  #watch: number | null = null;

  follow(): void {
    this.fault = null;
    this.following = this.fix ? 'on' : 'waiting';
    if (this.#watch !== null) return;
    if (!navigator.geolocation) {
      this.fault = 'unavailable';
      this.following = 'off';
      return;
    }
    this.#watch = navigator.geolocation.watchPosition(
      ({ coords }) => {
        this.fix = {
          lon: coords.longitude,
          lat: coords.latitude,
          accuracy: coords.accuracy,
          heading: Number.isFinite(coords.heading) ? coords.heading : null,
        };
        this.fault = null;
        if (this.following === 'waiting') this.following = 'on';
      },
      (error) => this.#failed(error.code === error.PERMISSION_DENIED ? 'denied' : 'unavailable'),
      { enableHighAccuracy: true, maximumAge: 5_000, timeout: 20_000 },
    );
  }

  /** The map stays where it is moved to; the position is still shown. */
  leave(): void {
    this.following = 'off';
    this.headingUp = false;
  }

  /** A tunnel ends: only a refusal does away with following, all else waits for the next fix. */
  #failed(fault: 'denied' | 'unavailable'): void {
    this.fault = fault;
    if (fault === 'unavailable') {
      if (this.following === 'on') this.following = 'waiting';
      return;
    }
    if (this.#watch !== null) navigator.geolocation.clearWatch(this.#watch);
    this.#watch = null;
    this.following = 'off';
  }
}
