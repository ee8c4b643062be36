/** What people read of an object: its name, its values, what was changed. */
import { kindOf } from '../../draw/shape';
import { cornersOf } from '../../draw/snap';
import type { Field } from '../../form/schema';
import { decimal } from '../../i18n/format';
import type { Language } from '../../i18n/language';
import type { Feature, Position, Version } from '../api';
import { type Words, written } from '../list/columns';
import { pointOf } from '../spot.svelte';

/** By what people call it: its number or name, else the end of its id, of which the beginning is a time. */
export function nameOf({ id, properties }: Feature): string {
  const name = [properties.ref, properties.name].find((each) => typeof each === 'string' && each !== '');
  return typeof name === 'string' ? name : id.slice(-8);
}

/** Degrees to a decimetre. */
export const degrees = ([lon, lat]: Position, language: Language) => ({
  lat: `${decimal(lat, 6, language)}°`,
  lon: `${decimal(lon, 6, language)}°`,
});

/** One line of what was changed. */
export interface Line {
  readonly label: string;
  readonly before: string;
  readonly after: string;
}

export interface Wording extends Words {
  readonly place: string;
  readonly placeAt: (lat: string, lon: string) => string;
  readonly lineOf: (corners: string) => string;
  readonly areaOf: (corners: string) => string;
  readonly otherShape: string;
}

/** A geometry in words: a point by its place, a line or an area by the number of its corners. */
function shapeIn(geometry: GeoJSON.Geometry | null | undefined, language: Language, words: Wording): string {
  if (!geometry) return '–';
  const point = pointOf(geometry);
  if (point) {
    const { lat, lon } = degrees(point, language);
    return words.placeAt(lat, lon);
  }
  const corners = decimal([...cornersOf(geometry)].length, 0, language);
  const kind = kindOf(geometry);
  return kind === 'line' ? words.lineOf(corners) : kind === 'area' ? words.areaOf(corners) : words.otherShape;
}

/** A value as people read it, the place among them. */
export function textOf(
  fields: readonly Field[],
  name: string,
  value: unknown,
  language: Language,
  words: Wording,
): string {
  if (name === 'geometry') {
    return shapeIn(value as GeoJSON.Geometry | null | undefined, language, words);
  }
  const field = fields.find((each) => each.name === name);
  if (!field) return value == null ? '–' : String(value);
  const text = written(field, value, language, words);
  return field.unit && text !== '–' ? `${text} ${field.unit}` : text;
}

export const labelOf = (fields: readonly Field[], name: string, words: Wording) =>
  name === 'geometry' ? words.place : (fields.find((each) => each.name === name)?.label ?? name);

/** What a change made of an object, field by field, in the order of the form. When it was the server notes by itself. */
export function linesOf(
  { before, after }: Version,
  fields: readonly Field[],
  language: Language,
  words: Wording,
): Line[] {
  const same = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
  const of = (name: string, a: unknown, b: unknown): Line[] => {
    if (same(a, b)) return [];
    const text = (value: unknown) => textOf(fields, name, value, language, words);
    return [{ label: labelOf(fields, name, words), before: text(a), after: text(b) }];
  };
  const told = fields.filter(({ kind, readonly }) => !(kind === 'instant' && readonly));
  const lines = told.flatMap(({ name }) => of(name, before?.properties[name], after?.properties[name]));
  return [...of('geometry', before?.geometry, after?.geometry), ...lines];
}
