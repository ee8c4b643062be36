/** How many hoses reach from the water to the incident. Pure arithmetic; the district sets its numbers. */

/** What the district reckons with; served at `/api/firewater/settings`. */
export interface HoseSettings {
  /** Length of a B hose, metres. */
  readonly length: number;
  /** Factor on the distance for bends, obstacles and burst hoses. */
  readonly reserve: number;
  /** Up to this many metres the engine stands at the water. */
  readonly atHand: number;
}

/** Numbers in use where the district has said nothing. */
export const DEFAULT_HOSES: HoseSettings = { length: 20, reserve: 1.3, atHand: 100 };

/** Hoses for a distance in metres: without and with reserve. Nothing is laid for a distance of nothing. */
export function hoses(metres: number, settings: HoseSettings): { bare: number; withReserve: number } {
  // A tenth of a millimetre less, so that 300 m × 1.3 / 20 is 19.5 → 20 and 400 m / 20 is not 21 for a rounding error.
  const pieces = (length: number) => Math.max(0, Math.ceil(length / settings.length - 1e-5));
  return { bare: pieces(metres), withReserve: pieces(metres * settings.reserve) };
}
