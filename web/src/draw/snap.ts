/** Corners that a hand means when it comes near them. */

interface Pixel {
  readonly x: number;
  readonly y: number;
}

/** All positions of a geometry. */
export function* cornersOf(geometry: GeoJSON.Geometry | null): Generator<GeoJSON.Position> {
  if (geometry === null) return;
  if (geometry.type === 'GeometryCollection') {
    for (const part of geometry.geometries) yield* cornersOf(part);
  } else yield* positionsIn(geometry.coordinates);
}

function* positionsIn(part: unknown): Generator<GeoJSON.Position> {
  if (!Array.isArray(part)) return;
  if (typeof part[0] === 'number') yield part as GeoJSON.Position;
  else for (const inner of part) yield* positionsIn(inner);
}

/** The corner nearest to a place on the screen within so many pixels; undefined where there is none. */
export function nearest(
  at: Pixel,
  corners: Iterable<GeoJSON.Position>,
  place: (corner: GeoJSON.Position) => Pixel,
  within: number,
): [number, number] | undefined {
  let best = within;
  let found: [number, number] | undefined;
  for (const corner of corners) {
    const { x, y } = place(corner);
    const distance = Math.hypot(x - at.x, y - at.y);
    if (distance > best) continue;
    best = distance;
    found = [corner[0] ?? 0, corner[1] ?? 0];
  }
  return found;
}
