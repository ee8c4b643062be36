/** Shapes over a photo, as SVG draws them. Places are parts of its width and height (src/files/notes.rs). */
import type { PhotoNote } from '../server/api';

export type Spot = readonly number[];
export type Shape = Exclude<PhotoNote, { readonly shape: 'text' }>;

/** Points of a line that the server takes. */
const MOST_POINTS = 300;
/** How near to the last point a hand may come before it is drawn on. */
const NEAR = 0.004;

/** How thick a stroke is, in pixels of a photo: as a broad pen on a print. */
export const thickness = (width: number, height: number) => Math.max(width, height) / 140;

const pair = (x: number, y: number) => `${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10}`;

/** The `d` of a path over a photo of so many pixels. */
export function pathOf(shape: Shape, width: number, height: number): string {
  const at = ([x = 0, y = 0]: Spot) => [x * width, y * height] as const;
  if (shape.shape === 'line') return `M${shape.points.map((point) => pair(...at(point))).join('L')}`;
  const [fromX, fromY] = at(shape.from);
  const [toX, toY] = at(shape.to);
  if (shape.shape === 'circle') {
    const radii = pair(Math.abs(toX - fromX) / 2, Math.abs(toY - fromY) / 2);
    const middle = (fromY + toY) / 2;
    return `M${pair(fromX, middle)}A${radii} 0 1 0 ${pair(toX, middle)}A${radii} 0 1 0 ${pair(fromX, middle)}Z`;
  }
  const angle = Math.atan2(toY - fromY, toX - fromX);
  const barb = (turn: number) => {
    const length = thickness(width, height) * 6;
    return pair(toX - length * Math.cos(angle + turn), toY - length * Math.sin(angle + turn));
  };
  return `M${pair(fromX, fromY)}L${pair(toX, toY)}M${barb(0.5)}L${pair(toX, toY)}L${barb(-0.5)}`;
}

/** The points of a hand's line that matter, no more than are taken. */
export function thinned(points: readonly Spot[]): Spot[] {
  let kept: Spot[] = [];
  for (const point of points) {
    const last = kept.at(-1);
    if (!last || Math.hypot((point[0] ?? 0) - (last[0] ?? 0), (point[1] ?? 0) - (last[1] ?? 0)) > NEAR)
      kept.push(point);
  }
  while (kept.length > MOST_POINTS) kept = kept.filter((_, k) => k % 2 === 0 || k === kept.length - 1);
  return kept;
}
