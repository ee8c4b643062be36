/** A filter put together from conditions, and the same as text in CQL2 (OGC 21-065r2): each is written and read back. */
import type { Field } from '../../form/schema';

export type Relation = '=' | '<>' | '<' | '<=' | '>' | '>=' | 'contains' | 'empty' | 'recorded';

export interface Condition {
  readonly property: string;
  readonly relation: Relation;
  /** As the server writes it: a code, a day, an instant, a number with a point; empty where the relation needs none. */
  readonly value: string;
}

const ORDERED: readonly Relation[] = ['=', '<', '<=', '>', '>=', 'empty', 'recorded'];
const RELATIONS: Readonly<Record<Field['kind'], readonly Relation[]>> = {
  text: ['contains', '=', '<>', 'empty', 'recorded'],
  code: ['=', '<>', 'empty', 'recorded'],
  boolean: ['=', 'empty', 'recorded'],
  integer: ORDERED,
  number: ORDERED,
  date: ORDERED,
  instant: ORDERED,
  list: [],
};

/** What may be said of a field, the usual first; nothing of lists. */
export const relationsOf = ({ kind }: Field): readonly Relation[] => RELATIONS[kind];

export const needsValue = (relation: Relation) => relation !== 'empty' && relation !== 'recorded';

/** Conditions that all have to hold, as a filter. */
export const writtenAs = (conditions: readonly Condition[], fields: readonly Field[]): string =>
  conditions
    .flatMap(
      (each) =>
        clauseOf(
          each,
          fields.find(({ name }) => name === each.property),
        ) ?? [],
    )
    .join(' AND ');

/** Words of CQL2, which are a property only in quotes. */
const WORDS = new Set([
  'and',
  'or',
  'not',
  'like',
  'between',
  'in',
  'is',
  'null',
  'true',
  'false',
  'date',
  'timestamp',
]);
const named = (property: string) => (WORDS.has(property) ? `"${property}"` : property);
const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

function clauseOf({ property, relation, value }: Condition, field: Field | undefined): string | null {
  if (!field) return null;
  const name = named(property);
  if (relation === 'empty') return `${name} IS NULL`;
  if (relation === 'recorded') return `${name} IS NOT NULL`;
  if (relation === 'contains') {
    return `CASEI(${name}) LIKE CASEI(${quoted(`%${value.replace(/[\\%_]/g, '\\$&')}%`)})`;
  }
  switch (field.kind) {
    case 'date':
      return `${name} ${relation} DATE(${quoted(value)})`;
    case 'instant':
      return `${name} ${relation} TIMESTAMP(${quoted(value)})`;
    case 'text':
    case 'code':
      return `${name} ${relation} ${quoted(value)}`;
    default:
      return `${name} ${relation} ${value}`;
  }
}

const NAME = '"?(?<name>[a-z][a-z0-9_]*)"?';
const TEXT = "'(?<text>(?:[^']|'')*)'";
const CLAUSES: readonly [RegExp, (found: Record<string, string | undefined>) => Omit<Condition, 'property'>][] = [
  [new RegExp(`^${NAME} IS NULL`), () => ({ relation: 'empty', value: '' })],
  [new RegExp(`^${NAME} IS NOT NULL`), () => ({ relation: 'recorded', value: '' })],
  [
    new RegExp(`^CASEI\\(${NAME}\\) LIKE CASEI\\('%(?<text>(?:[^']|'')*)%'\\)`),
    ({ text }) => ({ relation: 'contains', value: plain(text).replace(/\\(.)/g, '$1') }),
  ],
  [new RegExp(`^${NAME} (?<relation><>|[<>]=?|=) (?:DATE|TIMESTAMP)\\(${TEXT}\\)`), compared],
  [new RegExp(`^${NAME} (?<relation><>|[<>]=?|=) ${TEXT}`), compared],
  [new RegExp(`^${NAME} (?<relation><>|[<>]=?|=) (?<bare>-?[0-9.]+|true|false)`), compared],
];

function compared({ relation, text, bare }: Record<string, string | undefined>): Omit<Condition, 'property'> {
  return { relation: relation as Relation, value: bare ?? plain(text) };
}

const plain = (text = '') => text.replaceAll("''", "'");

/**
 * The conditions that a filter is made of; null for one that says more, or says it otherwise, than conditions do: what they
 * would write is the filter itself, or they are not what it means.
 */
export function readFrom(filter: string, fields: readonly Field[]): Condition[] | null {
  const conditions: Condition[] = [];
  let rest = filter.trim();
  while (rest !== '') {
    const found = CLAUSES.flatMap(([clause, read]) => {
      const match = clause.exec(rest);
      return match?.groups ? [{ match, condition: { property: match.groups.name ?? '', ...read(match.groups) } }] : [];
    })[0];
    if (!found) return null;
    conditions.push(found.condition);
    rest = rest.slice(found.match[0].length).replace(/^ AND (?=.)/, '');
  }
  return writtenAs(conditions, fields) === filter.trim() ? conditions : null;
}
