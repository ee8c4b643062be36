/** A feature's properties as people read them, by the labels and codes of its declaration. No label is written here. */
import { day, instant } from '../../i18n/format';
import type { Language } from '../words/speech.svelte';
import type { Fact } from './source';

/** The part of `/ogc/collections/{id}/schema` that is needed. */
export interface Schema {
  readonly properties: Readonly<Record<string, Property>>;
}

interface Property {
  readonly title?: string;
  readonly type?: string;
  readonly format?: string;
  readonly oneOf?: readonly { readonly const: unknown; readonly title: string }[];
  readonly items?: { readonly properties?: Readonly<Record<string, Property>> };
  readonly 'x-ogc-unit'?: string;
  readonly 'x-ogc-role'?: string;
}

/** A GeoJSON feature as far as it matters. */
export interface FeatureProperties {
  readonly properties: Readonly<Record<string, unknown>>;
}

const UNITS: Readonly<Record<string, string>> = { m3: 'm³', 'm3/h': 'm³/h' };

/** Every recorded property in the order of the declaration. */
export function factsOf(feature: FeatureProperties, schema: Schema, language: Language): Fact[] {
  const facts: Fact[] = [];
  for (const [name, property] of Object.entries(schema.properties)) {
    const value = feature.properties[name];
    if (value === undefined || value === null || property['x-ogc-role'] === 'id') continue;
    facts.push({ name, label: property.title ?? name, value: words(value, property, language) });
  }
  return facts;
}

function words(value: unknown, property: Property, language: Language): string {
  if (Array.isArray(value)) return value.map((entry) => entryWords(entry, property, language)).join(', ');
  if (typeof value === 'boolean') {
    if (language === 'de') return value ? 'Ja' : 'Nein';
    return value ? 'Yes' : 'No';
  }
  const code = property.oneOf?.find((code) => code.const === value);
  if (code) return code.title;
  if (typeof value === 'number') {
    // A year is not a quantity: only what has a unit is grouped.
    const unit = property['x-ogc-unit'];
    return unit ? `${value.toLocaleString(language)} ${UNITS[unit] ?? unit}` : String(value);
  }
  const text = String(value);
  if (property.format === 'date') return day(text, language);
  if (property.format === 'date-time') return instant(text, language);
  return text;
}

/** `2 × Storz B` where an entry counts something, else its values. */
function entryWords(entry: unknown, property: Property, language: Language): string {
  if (typeof entry !== 'object' || entry === null) return String(entry);
  const fields = entry as Record<string, unknown>;
  const parts = Object.entries(fields)
    .filter(([name]) => name !== 'count')
    .map(([name, value]) => words(value, property.items?.properties?.[name] ?? {}, language));
  return typeof fields.count === 'number' ? `${fields.count} × ${parts.join(' ')}` : parts.join(' ');
}
