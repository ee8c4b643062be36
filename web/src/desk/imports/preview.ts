/** What becomes of the rows of a file, as people read it. */
import type { Field } from '../../form/schema';
import type { Language } from '../../i18n/language';
import type { ImportCounts, ImportRow } from '../../server/api';
import { labelOf, textOf, type Wording } from '../object/shown';
import type { Decision } from './api';
import type { ImportWords } from './words/de';

/** What rows may become, in the order in which somebody looks at it. */
export const STATUSES = ['new', 'changed', 'conflict', 'duplicate', 'error', 'unchanged', 'skipped'] as const;
export type Status = (typeof STATUSES)[number];

/** What is written. */
export const writtenOf = ({ new: added, changed }: ImportCounts): number => added + changed;

/** The counts that are not zero. */
export function factsOf(counts: ImportCounts, words: ImportWords, number: (n: number) => string): [string, string][] {
  const told = STATUSES.filter((status) => counts[status] > 0).map((status): [string, string] => [
    words.counts[status],
    number(counts[status]),
  ]);
  return counts.warned > 0 ? [...told, [words.counts.warned, number(counts.warned)]] : told;
}

/** What may be decided about a row. */
export function decisionsOf({ status }: Pick<ImportRow, 'status'>): Decision[] {
  switch (status) {
    case 'duplicate':
      return ['same', 'new', 'leave'];
    case 'conflict':
      return ['ours', 'theirs', 'leave'];
    case 'new':
    case 'changed':
      return ['leave'];
    default:
      return [];
  }
}

/** Statuses of which all rows are decided about together, with what is possible. */
export const TOGETHER: Readonly<Partial<Record<Status, readonly Decision[]>>> = {
  duplicate: ['same', 'new', 'leave'],
  conflict: ['ours', 'theirs', 'leave'],
};

/** What changes, in words. */
export interface ChangeLine {
  readonly label: string;
  readonly before: string;
  readonly after: string;
}

export function changesOf(
  row: Pick<ImportRow, 'changes'>,
  fields: readonly Field[],
  language: Language,
  words: Wording,
  ours: ImportWords,
  number: (n: number) => string,
): ChangeLine[] {
  return row.changes.map(({ property, before, after }) => {
    if (property === null) return { label: ours.place, before: '', after: ours.movedBy(number(Number(after))) };
    const text = (value: unknown) => textOf(fields, property, value, language, words);
    return { label: labelOf(fields, property, words), before: text(before), after: text(after) };
  });
}

/** What the register has and what the file says, where both have changed it. */
export function sidesOf(
  row: Pick<ImportRow, 'faults'>,
  fields: readonly Field[],
  language: Language,
  words: Wording,
): ChangeLine[] {
  return row.faults.flatMap(({ property, sides }) => {
    if (!sides || property === null) return [];
    const text = (value: unknown) => textOf(fields, property, value, language, words);
    return { label: labelOf(fields, property, words), before: text(sides[0]), after: text(sides[1]) };
  });
}

/** One line on what happens to a row: what is the matter, else what changes. */
export function effectOf(row: ImportRow, lines: readonly ChangeLine[]): string {
  if (row.faults.length > 0) return row.faults.map(({ text }) => text).join('; ');
  if (row.status === 'changed')
    return lines.map(({ label, before, after }) => `${label}: ${before ? `${before} → ` : ''}${after}`).join('; ');
  const said = row.warnings.map(({ text }) => text).join('; ');
  if (said !== '') return said;
  return lines.map(({ label, after }) => `${label}: ${after}`).join('; ');
}
