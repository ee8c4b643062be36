/** The columns of a list, from the declaration of its collection. */
import type { Field } from '../../form/schema';
import { day, decimal, instant } from '../../i18n/format';
import type { Language } from '../../i18n/language';
import type { Column } from '../../table/rows';
import type { Feature } from '../api';

/** Columns that are shown before anybody has chosen. */
const AT_FIRST = 6;

export interface Words {
  readonly yes: string;
  readonly no: string;
}

/** Names of the columns that are shown, those that were chosen or the first of them. */
export function shownOf(fields: readonly Field[], chosen: readonly string[] | null): readonly string[] {
  const listed = fields.filter(({ kind }) => kind !== 'list').map(({ name }) => name);
  const known = chosen?.filter((name) => listed.includes(name)) ?? [];
  return known.length > 0 ? known : listed.slice(0, AT_FIRST);
}

/** One column for each field but lists and longer texts. */
export function columnsOf(fields: readonly Field[], language: Language, words: Words): Column<Feature>[] {
  const listed = fields.filter((field) => field.kind !== 'list');
  return listed.map((field) => ({
    id: field.name,
    label: field.unit ? `${field.label} (${field.unit})` : field.label,
    numeric: field.kind === 'number' || field.kind === 'integer',
    width: widthOf(field),
    // Days and instants are in order as they are written.
    value: ({ properties }) => {
      const value = properties[field.name];
      return typeof value === 'number' ? value : value == null ? null : spoken(field, value, language, words);
    },
    text: ({ properties }) => written(field, properties[field.name], language, words),
  }));
}

/** For the head on one line, rem; texts and words have room for some of theirs. */
function widthOf({ label, unit, kind }: Field): number {
  const letters = label.length + (unit ? unit.length + 3 : 0);
  return Math.max(kind === 'text' || kind === 'code' ? 10 : 8, Math.ceil(letters * 0.6) + 3);
}

/** A value as it is sorted: the word of a code, a day as the server writes it. */
function spoken(field: Field, value: unknown, language: Language, words: Words): string {
  return field.kind === 'date' || field.kind === 'instant' ? String(value) : written(field, value, language, words);
}

/** A value as people read it; a dash for what is not recorded. */
export function written(field: Field, value: unknown, language: Language, words: Words): string {
  if (value === null || value === undefined || value === '') return '–';
  switch (field.kind) {
    case 'code':
      return field.options.find((option) => option.value === value)?.label ?? String(value);
    case 'boolean':
      return value === true ? words.yes : words.no;
    case 'date':
      return day(String(value), language);
    case 'instant':
      return instant(String(value), language);
    case 'number':
    case 'integer':
      return typeof value === 'number' ? decimal(value, 6, language) : String(value);
    case 'list':
      return Array.isArray(value)
        ? value.map((entry) => entryOf(field.entry, entry, language, words)).join('; ')
        : String(value);
    default:
      return String(value);
  }
}

function entryOf(fields: readonly Field[], entry: unknown, language: Language, words: Words): string {
  const values = (entry ?? {}) as Readonly<Record<string, unknown>>;
  const said = fields.filter(({ name }) => values[name] !== null && values[name] !== undefined);
  return said.map((field) => `${field.label}: ${written(field, values[field.name], language, words)}`).join(', ');
}
