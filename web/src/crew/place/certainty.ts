/**
 * How sure it is that an incident is where its place says, and what follows from that for a crew: where the place is in
 * doubt, no figure is more exact than the place.
 */

/** The words of the server (`at.certainty`); `position` is a fix of the device, which has an accuracy. */
export type Certainty = 'exact' | 'street' | 'settlement' | 'coarse' | 'position';

/** How sure a place is. */
export interface Sureness {
  readonly certainty: Certainty;
  /** Metres around it in which the incident may lie; null for an exact one. */
  readonly radius: number | null;
}

export const EXACT: Sureness = { certainty: 'exact', radius: null };

/** Metres around a place that leave in doubt where it is; null where it is known well enough. `good`: of a fix, metres. */
export function doubt({ certainty, radius }: Sureness, good: number): number | null {
  if (certainty === 'exact' || (certainty === 'position' && (radius ?? 0) <= good)) return null;
  return radius ?? 0;
}

/** From where to where a distance may lie, metres; rounded outwards to what the doubt is worth. */
export function span(distance: number, radius: number): { readonly from: number; readonly to: number } {
  const step = radius < 50 ? 10 : radius < 250 ? 50 : 100;
  const from = Math.floor((distance - radius) / step) * step;
  return { from: Math.max(0, from), to: Math.ceil((distance + radius) / step) * step };
}

/** A radius as it is told: rounded up where it is wide, metres. */
export function roundedRadius(radius: number): number {
  const step = radius < 50 ? 1 : radius < 250 ? 10 : 50;
  return Math.ceil(radius / step) * step;
}

/** True if the direction to something is worth telling: it is the same from nearly everywhere in the circle. */
export function hasDirection(distance: number, radius: number): boolean {
  return distance >= 2 * radius;
}

/** A UTMREF with no more figures than a place that may be off by `radius` metres has; null if that leaves kilometres. */
export function utmrefWithin(utmref: string, radius: number): string | null {
  const parts = /^(\d{1,2}[A-Z] [A-Z]{2}) (\d{5}) (\d{5})$/.exec(utmref);
  const figures = 5 - Math.ceil(Math.log10(Math.max(1, radius)));
  if (!parts || figures < 3) return null;
  const [, square, east = '', north = ''] = parts;
  return `${square} ${east.slice(0, figures)} ${north.slice(0, figures)}`;
}

/** The nearest address to a place, in the words of the server (`at.near`). */
export interface Near {
  readonly label: string;
  readonly settlement: string | null;
  readonly municipality: string | null;
  /** Metres. */
  readonly distance: number;
}

/** `Fasanengasse 7, Grürnitz (Lossow)`: the municipality stands behind where the settlement is called otherwise. */
export function addressOf({ label, settlement, municipality }: Near): string {
  return withMunicipality(settlement ? `${label}, ${settlement}` : label, municipality);
}

/** A name of a place with the municipality it lies in, unless it says so itself. */
export function withMunicipality(name: string, municipality: string | null | undefined): string {
  return !municipality || name.includes(municipality) ? name : `${name} (${municipality})`;
}
