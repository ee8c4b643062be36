/** What somebody types to find objects, as a filter of CQL2 (OGC 21-065r2). */
import type { Field } from '../../form/schema';

/** What only a filter has: comparisons, functions and the words of some operators. */
const CQL2 = /[=<>(]|\b(LIKE|BETWEEN)\b|\bIS (NOT )?NULL\b/i;

/** The filter that a text means: itself, where it is one; else every word has to stand in any of the texts of an object. */
export function filterOf(typed: string, fields: readonly Field[]): string | null {
  const text = typed.trim();
  if (text === '') return null;
  if (CQL2.test(text)) return text;
  const searched = fields.filter(({ kind }) => kind === 'text').map(({ name }) => name);
  if (searched.length === 0) return null;
  const anywhere = (word: string) =>
    `(${searched.map((name) => `CASEI(${quoted(name)}) LIKE CASEI('%${escaped(word)}%')`).join(' OR ')})`;
  return text.split(/\s+/).map(anywhere).join(' AND ');
}

/** True for an object of which the texts hold every word; for a past state, which the server does not filter. */
export function holds(typed: string, fields: readonly Field[], properties: Readonly<Record<string, unknown>>): boolean {
  const texts = fields.flatMap(({ kind, name }) =>
    kind === 'text' ? [String(properties[name] ?? '').toLowerCase()] : [],
  );
  const words = typed.toLowerCase().split(/\s+/);
  return words.every((word) => texts.some((text) => text.includes(word)));
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** A word within quotes, in which nothing stands for anything else. */
const escaped = (word: string) => word.replace(/[\\%_]/g, '\\$&').replaceAll("'", "''");

/** A filter that one object alone can pass. */
export const ofOne = (filter: string, id: string) => `(${filter}) AND id = '${id.replaceAll("'", "''")}'`;
