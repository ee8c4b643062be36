/**
 * How the columns of a file are meant, as a mapping file has it (`data/mappings/README.md`): which property a column is, in which
 * unit, and what its words stand for. Pure: every change is another definition, and what the desk has no field for stays.
 */

export interface Rule {
  readonly property: string;
  readonly columns: readonly string[];
  readonly unit?: string;
  /** Value → the supplier's words for it; `-` for words that mean nothing. */
  readonly words?: Readonly<Record<string, readonly string[]>>;
  readonly [more: string]: unknown;
}

export interface Definition {
  readonly supplier?: string;
  readonly key?: { readonly system: string; readonly columns: readonly string[]; readonly [more: string]: unknown };
  readonly x?: string;
  readonly y?: string;
  readonly at?: string;
  readonly properties?: readonly Rule[];
  readonly [more: string]: unknown;
}

/** What a column is that is no property: part of the place, or the supplier's own number. */
export const ROLES = ['@x', '@y', '@at', '@key'] as const;
export type Role = (typeof ROLES)[number];

/** In place of a code: words that mean nothing. */
export const NOTHING = '-';

const isSame = (a: string, b: string) => a.trim().toLowerCase() === b.trim().toLowerCase();
const has = (columns: readonly string[], column: string) => columns.some((each) => isSame(each, column));
const rulesOf = ({ properties }: Definition) => properties ?? [];

/** The rule that takes something from a column. */
export const ruleOf = (definition: Definition, column: string): Rule | undefined =>
  rulesOf(definition).find(({ columns }) => has(columns, column));

/** What a column is taken for: the name of a property, a role, or empty. */
export function meaningOf(definition: Definition, column: string): string {
  if (definition.x && isSame(definition.x, column)) return '@x';
  if (definition.y && isSame(definition.y, column)) return '@y';
  if (definition.at && isSame(definition.at, column)) return '@at';
  const rule = ruleOf(definition, column);
  if (rule) return rule.property;
  return definition.key && has(definition.key.columns, column) ? '@key' : '';
}

/** Takes a column for something else; what stood in for that before does so no more. */
export function meant(definition: Definition, column: string, meaning: string): Definition {
  const bare = released(definition, column);
  switch (meaning) {
    case '':
      return bare;
    case '@x':
    case '@y':
    case '@at':
      return { ...bare, [meaning.slice(1)]: column };
    case '@key': {
      const system = bare.key?.system ?? bare.supplier ?? 'supplier';
      return { ...bare, key: { ...bare.key, system, columns: [column] } };
    }
    default: {
      const others = rulesOf(bare).filter(({ property }) => property !== meaning);
      return { ...bare, properties: [...others, { property: meaning, columns: [column] }] };
    }
  }
}

/** Nothing is taken from a column. */
function released(definition: Definition, column: string): Definition {
  const { x, y, at, key, ...rest } = definition;
  const without = (columns: readonly string[]) => columns.filter((each) => !isSame(each, column));
  const properties = rulesOf(definition)
    .map((rule) => ({ ...rule, columns: without(rule.columns) }))
    .filter(({ columns }) => columns.length > 0);
  const left = key && without(key.columns);
  return {
    ...rest,
    ...(x && !isSame(x, column) ? { x } : {}),
    ...(y && !isSame(y, column) ? { y } : {}),
    ...(at && !isSame(at, column) ? { at } : {}),
    ...(key && left && left.length > 0 ? { key: { ...key, columns: left } } : {}),
    properties,
  };
}

function changed(definition: Definition, column: string, change: (rule: Rule) => Rule): Definition {
  const rule = ruleOf(definition, column);
  if (!rule) return definition;
  return { ...definition, properties: rulesOf(definition).map((each) => (each === rule ? change(rule) : each)) };
}

/** Says the unit of the numbers of a column; empty takes it back. */
export const inUnit = (definition: Definition, column: string, unit: string): Definition =>
  changed(definition, column, ({ unit: _, ...rule }) => (unit.trim() === '' ? rule : { ...rule, unit: unit.trim() }));

/** The code that a word of a column stands for; empty where the server reads it by itself. */
export function codeOf(definition: Definition, column: string, word: string): string {
  const words = Object.entries(ruleOf(definition, column)?.words ?? {});
  return words.find(([, said]) => said.some((each) => isSame(each, word)))?.[0] ?? '';
}

/** Says which code a word stands for; empty takes it back. */
export const worded = (definition: Definition, column: string, word: string, code: string): Definition =>
  changed(definition, column, ({ words: before, ...rule }) => {
    const words: Record<string, readonly string[]> = {};
    for (const [each, said] of Object.entries(before ?? {})) {
      const left = said.filter((one) => !isSame(one, word));
      if (left.length > 0) words[each] = left;
    }
    if (code !== '') words[code] = [...(words[code] ?? []), word];
    return Object.keys(words).length > 0 ? { ...rule, words } : rule;
  });

/** Says whose file it is; the supplier's own numbers are kept under that name. */
export function suppliedBy(definition: Definition, supplier: string): Definition {
  const { supplier: before, ...rest } = definition;
  const name = supplier.trim();
  const key =
    rest.key && (!before || rest.key.system === systemOf(before)) ? { ...rest.key, system: systemOf(name) } : rest.key;
  return { ...rest, ...(name === '' ? {} : { supplier: name }), ...(key ? { key } : {}) };
}

/** The name of a supplier as the system of its numbers: `Stadtwerke Süd` → `stadtwerke_sued`. */
export function systemOf(supplier: string): string {
  const plain = supplier
    .toLowerCase()
    .replaceAll('ä', 'ae')
    .replaceAll('ö', 'oe')
    .replaceAll('ü', 'ue')
    .replaceAll('ß', 'ss');
  return plain.replaceAll(/[^a-z0-9]+/g, '_').replaceAll(/^_+|_+$/g, '') || 'supplier';
}
