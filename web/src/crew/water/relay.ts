/**
 * Water over a distance: friction loss in hoses and where pumps stand.
 *
 * Friction of the B hose (75 mm) after the table German fire services are trained with, bar a 100 m; between its rows,
 * and beyond them, loss follows the square of the flow. Other hoses by the fifth power of the diameter. Height costs
 * 0.1 bar a metre. Estimates for planning on site, not for design. The server reckons the same in Rust;
 * tests/fixtures/relay.json holds both to it.
 */

/** Flow in l/min → loss in bar a 100 m of one B hose. */
const B75: readonly (readonly [flow: number, loss: number])[] = [
  [0, 0],
  [200, 0.1],
  [400, 0.3],
  [600, 0.6],
  [800, 1.0],
  [1000, 1.4],
  [1200, 2.0],
  [1600, 4.0],
];

/** Hoses with their inner diameter, mm. */
export const HOSES = { F152: 152, A110: 110, B75: 75, C52: 52, C42: 42, D25: 25 } as const;
export type Hose = keyof typeof HOSES;

/** Outlet pressure of every pump, bar. */
export const OUTLET = 8;
/** What has to be left at the inlet of the next pump, bar. */
export const INLET = 1.5;
/** Bar a metre of height. */
const HEIGHT = 0.1;
/** More pumps than this is not a line that a district can lay. */
const MOST_PUMPS = 50;

/** Loss in bar a 100 m at a flow in l/min through one hose. */
export function friction(flow: number, hose: Hose): number {
  return lossOfB(flow) * (HOSES.B75 / HOSES[hose]) ** 5;
}

function lossOfB(flow: number): number {
  const last = B75.length - 1;
  const above = B75.findIndex(([q]) => q >= flow);
  if (above === 0) return 0;
  const row = (k: number) => B75[k] as readonly [number, number];
  if (above < 0) {
    const [q, loss] = row(last);
    return loss * (flow / q) ** 2;
  }
  const [q0, loss0] = row(above - 1);
  const [q1, loss1] = row(above);
  return loss0 + ((loss1 - loss0) * (flow ** 2 - q0 ** 2)) / (q1 ** 2 - q0 ** 2);
}

/** What a line shall do. */
export interface Line {
  /** l/min at the end. */
  readonly flow: number;
  readonly hose: Hose;
  /** Lines laid side by side, which share the flow. */
  readonly lines: number;
  /** Metres. */
  readonly length: number;
  /** Metres the incident lies above the water; negative below. Taken as an even slope. */
  readonly height: number;
}

/** What it takes. */
export interface Relay {
  /** Bar lost to friction over the whole length. */
  readonly friction: number;
  /** Bar lost to height; negative downhill. */
  readonly height: number;
  /** Metres from the water at which pumps stand; the first is 0, at the water. */
  readonly pumps: readonly number[];
  /** Longest stretch between two pumps, metres. */
  readonly spacing: number;
  /** Pressure that arrives at the incident's pump, bar. */
  readonly arrives: number;
}

/** Why there is no answer. */
export type RelayFault = 'nothing-flows' | 'too-many-pumps';

/** Plans pumps for a line. The engine at the incident is one more pump and wants [`INLET`] bar. */
export function relay(line: Line): Relay | RelayFault {
  // Written so that what is no number is refused, too.
  if (!(line.flow > 0 && line.length > 0 && line.lines >= 1 && Number.isFinite(line.height))) return 'nothing-flows';
  const frictionLoss = (friction(line.flow / line.lines, line.hose) * line.length) / 100;
  const heightLoss = HEIGHT * line.height;
  const loss = frictionLoss + heightLoss;
  const usable = OUTLET - INLET;
  if (loss > usable * MOST_PUMPS) return 'too-many-pumps';
  const stretches = Math.max(1, Math.ceil(loss / usable - 1e-9));
  const spacing = loss > 0 ? Math.min(line.length, (line.length * usable) / loss) : line.length;
  // Each pump as far out as the pressure carries: fewer metres are left for the last stretch, so the most arrives.
  const pumps = Array.from({ length: stretches }, (_, k) => k * spacing);
  const lastStretch = (line.length - (pumps.at(-1) ?? 0)) / line.length;
  return { friction: frictionLoss, height: heightLoss, pumps, spacing, arrives: OUTLET - loss * lastStretch };
}
