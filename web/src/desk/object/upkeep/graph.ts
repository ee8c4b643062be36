/** A small graph of what was measured over the years. */

export interface Point {
  /** A day, as 2026-11-30. */
  readonly day: string;
  readonly value: number;
}

interface Inspection {
  readonly made_on: string;
  readonly measured: Readonly<Record<string, unknown>>;
}

/** The measured values of a property, the oldest first. */
export function pointsOf(inspections: readonly Inspection[], property: string): Point[] {
  return inspections
    .flatMap(({ made_on, measured }) => {
      const value = measured[property];
      return typeof value === 'number' ? [{ day: made_on, value }] : [];
    })
    .toReversed();
}

export interface Graph {
  /** The line through all points, as the path of an SVG. */
  readonly path: string;
  readonly dots: readonly { readonly x: number; readonly y: number; readonly point: Point }[];
  /** The greatest value at the top, and the first and last year below. */
  readonly top: number;
  readonly years: readonly [string, string];
}

/** Lays points out in a box from 0 to the greatest value, by their days. */
export function graphOf(points: readonly Point[], width: number, height: number): Graph {
  const time = ({ day }: Point) => Date.parse(`${day}T00:00:00Z`);
  const [first, last] = [points[0], points.at(-1)];
  const begin = first ? time(first) : 0;
  const span = last ? Math.max(time(last) - begin, 1) : 1;
  const top = Math.max(...points.map(({ value }) => value), 1);
  const dots = points.map((point) => ({
    x: points.length === 1 ? width / 2 : ((time(point) - begin) / span) * width,
    y: height - (point.value / top) * height,
    point,
  }));
  const rounded = (n: number) => Math.round(n * 10) / 10;
  const path = dots.map(({ x, y }, k) => `${k === 0 ? 'M' : 'L'}${rounded(x)} ${rounded(y)}`).join('');
  return { path, dots, top, years: [first?.day.slice(0, 4) ?? '', last?.day.slice(0, 4) ?? ''] };
}
