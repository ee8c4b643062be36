/** What somebody has typed, and what it means. A draft is text until it is sent, so that nothing typed is ever lost. */
import type { Language } from '../i18n/language';
import type { Field } from './schema';

export type Draft = { [name: string]: string | Draft[] };

/** What cannot be sent: the place in the draft and why. */
export interface Unread {
  /** Names and indices on the way to the field. */
  readonly path: readonly (string | number)[];
  readonly why: 'missing' | 'no-number' | 'no-whole-number' | 'no-time' | 'too-low' | 'too-high';
  /** What the value must not be below or above. */
  readonly limit?: number;
}

export type Values = Readonly<Record<string, unknown>>;

/** A draft that shows these values; of what is not recorded the fields are empty. */
export function draftOf(fields: readonly Field[], values: Values, language: Language, isNew = false): Draft {
  const draft: Draft = {};
  for (const field of fields) {
    const value = values[field.name] ?? (isNew ? field.default : undefined);
    if (field.kind === 'list') {
      const entries = Array.isArray(value) ? (value as Values[]) : [];
      draft[field.name] = entries.map((entry) => draftOf(field.entry, entry, language));
    } else draft[field.name] = written(field, value, language);
  }
  return draft;
}

function written(field: Field, value: unknown, language: Language): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return language === 'de' ? String(value).replace('.', ',') : String(value);
  if (field.kind === 'instant') return toLocal(String(value));
  return String(value);
}

/** `2026-03-29T10:00:00Z` as a field of date and time shows it here. */
function toLocal(instant: string): string {
  const time = new Date(instant);
  if (Number.isNaN(time.getTime())) return '';
  const two = (n: number) => String(n).padStart(2, '0');
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${day}T${two(time.getHours())}:${two(time.getMinutes())}`;
}

/** Reads a draft: its values, what is not recorded as null, and all that cannot be read. Fields to read only are left out. */
export function read(
  fields: readonly Field[],
  draft: Draft,
  path: readonly (string | number)[] = [],
): { values: Record<string, unknown>; unread: Unread[] } {
  const values: Record<string, unknown> = {};
  const unread: Unread[] = [];
  for (const field of fields) {
    if (field.readonly) continue;
    const here = [...path, field.name];
    const typed = draft[field.name];
    if (field.kind === 'list') {
      const entries = (Array.isArray(typed) ? typed : []).map((entry, k) => read(field.entry, entry, [...here, k]));
      values[field.name] = entries.length > 0 ? entries.map((entry) => entry.values) : null;
      unread.push(...entries.flatMap((entry) => entry.unread));
      if (field.required && entries.length === 0) unread.push({ path: here, why: 'missing' });
      continue;
    }
    const text = typeof typed === 'string' ? typed.trim() : '';
    const value = text === '' ? null : meant(field, text);
    if (value instanceof Wrong) unread.push({ path: here, ...value.fault });
    else {
      values[field.name] = value;
      if (value === null && field.required) unread.push({ path: here, why: 'missing' });
    }
  }
  return { values, unread };
}

class Wrong {
  readonly fault: Omit<Unread, 'path'>;

  constructor(why: Unread['why'], limit?: number) {
    this.fault = limit === undefined ? { why } : { why, limit };
  }
}

function meant(field: Field, text: string): unknown {
  switch (field.kind) {
    case 'integer':
      return /^[+-]?\d{1,15}$/.test(text) ? within(field, Number(text)) : new Wrong('no-whole-number');
    case 'number':
      // A comma or a point, and no grouping: 1.500 would be two numbers to two readers.
      return /^[+-]?(\d+([.,]\d*)?|[.,]\d+)$/.test(text)
        ? within(field, Number(text.replace(',', '.')))
        : new Wrong('no-number');
    case 'boolean':
      return text === 'true';
    case 'instant': {
      const time = new Date(text);
      return Number.isNaN(time.getTime()) ? new Wrong('no-time') : time.toISOString();
    }
    default:
      return text;
  }
}

/** A number, if the declaration of its property allows it. */
function within({ minimum, maximum }: { readonly minimum?: number; readonly maximum?: number }, value: number) {
  if (minimum !== undefined && value < minimum) return new Wrong('too-low', minimum);
  if (maximum !== undefined && value > maximum) return new Wrong('too-high', maximum);
  return value;
}

/** What of the values is new, as a merge patch (RFC 7396); empty where nothing is. */
export function changes(before: Values, after: Values): Record<string, unknown> {
  const same = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
  return Object.fromEntries(Object.entries(after).filter(([name, value]) => !same(before[name], value)));
}
