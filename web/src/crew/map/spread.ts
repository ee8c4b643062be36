/** Numbers that would cover one another, moved apart. Pure arithmetic in pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Enough for a dozen in one place. */
const TURNS = 80;
/** Of what is lacking between two, so much is made good a turn: all at once would throw a crowd far apart. */
const STEP = 0.6;
/** Of `apart`, the most that one moves in a turn. */
const MOST = 0.3;
/** Radians between two that lie in the same place: the golden angle, by which seeds fill a sunflower. */
const GOLDEN = 2.399963;

/**
 * The same places, none nearer to another than about `apart`, each as near to where it belongs as that allows. What stands
 * in `fixed` keeps its place and is kept clear of too.
 */
export function spread(places: readonly Point[], apart: number, fixed: readonly Point[] = []): Point[] {
  let moved: Point[] = [...places];
  for (let turn = 0; turn < TURNS; turn += 1) {
    const pushes = moved.map((one, k) => {
      const others = moved.map((other, l) => (l === k ? null : push(one, other, apart, k, l, STEP / 2)));
      const standing = fixed.map((other, l) => push(one, other, apart, k, -1 - l, STEP));
      return [...others, ...standing].filter((push) => push !== null);
    });
    if (pushes.every((pushes) => pushes.length === 0)) break;
    moved = moved.map(({ x, y }, k) => {
      const all = pushes[k] ?? [];
      const sum = (axis: 'x' | 'y') => all.reduce((sum, push) => sum + push[axis], 0);
      const [dx, dy] = [sum('x'), sum('y')];
      const part = Math.min(1, (apart * MOST) / Math.max(Math.hypot(dx, dy), 0.01));
      return { x: x + dx * part, y: y + dy * part };
    });
  }
  return moved;
}

/** How one is pushed by another that is too near; null by one that is not. */
function push(one: Point, other: Point, apart: number, k: number, l: number, share: number): Point | null {
  const [dx, dy] = [one.x - other.x, one.y - other.y];
  const distance = Math.hypot(dx, dy);
  // A hundredth of a pixel is not worth another turn.
  if (distance > apart - 0.01) return null;
  const angle = distance > 0.01 ? Math.atan2(dy, dx) : GOLDEN * k + (k < l ? 0 : Math.PI);
  const length = (apart - distance) * share;
  return { x: Math.cos(angle) * length, y: Math.sin(angle) * length };
}
