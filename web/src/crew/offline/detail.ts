/** A source's properties for people, from the register on the device. */

import { factsOf, type Schema } from '../water/facts';
import type { Detail } from '../water/source';
import type { Language } from '../words/speech.svelte';
import type { Field, Row } from './register';

const DAY = 86_400_000;

export function detailOf(collection: string, row: Row, fields: readonly Field[], language: Language): Detail {
  const properties: Record<string, unknown> = {};
  for (const field of fields) {
    const value = row.values?.[field.name];
    if (value !== undefined) properties[field.name] = spelled(value, field);
  }
  const schema: Schema = { properties: schemaOf(fields, language) };
  return { collection, id: row.id, facts: factsOf({ properties }, schema, language), origin: 'device' };
}

/** A value as the server's JSON has it. */
function spelled(value: unknown, field: Field): unknown {
  if (typeof value !== 'number') return value;
  if (field.type === 'code') return field.codes?.[value]?.[0] ?? null;
  if (field.type === 'date') return new Date(value * DAY).toISOString().slice(0, 10);
  if (field.type === 'instant') return new Date(value).toISOString();
  return value;
}

function schemaOf(fields: readonly Field[], language: Language): Record<string, Schema['properties'][string]> {
  const property = (field: Field): Schema['properties'][string] => ({
    title: field[language],
    type: field.type,
    ...(field.type === 'date' ? { format: 'date' } : {}),
    ...(field.type === 'instant' ? { format: 'date-time' } : {}),
    ...(field.unit ? { 'x-ogc-unit': field.unit } : {}),
    ...(field.codes
      ? { oneOf: field.codes.map(([code, de, en]) => ({ const: code, title: language === 'de' ? de : en })) }
      : {}),
    ...(field.items ? { items: { properties: schemaOf(field.items, language) } } : {}),
  });
  return Object.fromEntries(fields.map((field) => [field.name, property(field)]));
}
