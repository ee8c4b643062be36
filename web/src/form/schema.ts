/** Reads the schema of a collection (`/ogc/collections/{c}/schema`, OGC 23-058): which fields a form has, in which order. */

export interface CollectionSchema {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly format?: string;
  readonly readOnly?: boolean;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
  readonly oneOf?: readonly { readonly const?: string; readonly title?: string }[];
  readonly items?: CollectionSchema;
  readonly properties?: Readonly<Record<string, CollectionSchema>>;
  readonly required?: readonly string[];
  readonly 'x-ogc-role'?: string;
  readonly 'x-ogc-unit'?: string;
  /** Kinds of geometry of GeoJSON, in the order of the declaration. */
  readonly 'x-geokontor-geometry'?: readonly string[];
  readonly 'x-geokontor-groups'?: readonly Heading[];
  /** The media of files that its objects may have. */
  readonly 'x-geokontor-files'?: readonly string[];
}

interface Common {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly unit?: string;
  readonly required: boolean;
  readonly readonly: boolean;
  readonly default?: unknown;
}

export type Field =
  | (Common & { readonly kind: 'text'; readonly maxLength?: number })
  | (Common & { readonly kind: 'integer' | 'number'; readonly minimum?: number; readonly maximum?: number })
  | (Common & { readonly kind: 'boolean' | 'date' | 'instant' })
  | (Common & {
      readonly kind: 'code';
      readonly options: readonly { readonly value: string; readonly label: string }[];
    })
  | (Common & { readonly kind: 'list'; readonly entry: readonly Field[]; readonly most: number });

/** A field of a longer text is of several lines. */
export const LONG = 120;

/**
 * The fields of a schema in its order, without id and geometry, which a form has elsewhere. `mayEdit` says which of them
 * the reader may change; the others are shown.
 */
export function fieldsOf(schema: CollectionSchema, mayEdit: (name: string) => boolean = () => true): Field[] {
  return Object.entries(schema.properties ?? {})
    .filter(([, each]) => each['x-ogc-role'] !== 'id' && each['x-ogc-role'] !== 'primary-geometry')
    .flatMap(([name, each]) => {
      const readonly = each.readOnly === true || !mayEdit(name);
      return fieldOf(name, each, schema.required?.includes(name) === true, readonly) ?? [];
    });
}

function fieldOf(name: string, schema: CollectionSchema, required: boolean, readonly: boolean): Field | null {
  const common: Common = {
    name,
    label: schema.title ?? name,
    required: required && !readonly,
    readonly,
    ...(schema.description ? { hint: schema.description } : {}),
    ...(schema['x-ogc-unit'] ? { unit: schema['x-ogc-unit'] } : {}),
    ...(schema.default !== undefined ? { default: schema.default } : {}),
  };
  if (schema.oneOf) {
    const options = schema.oneOf.map(({ const: value = '', title }) => ({ value, label: title ?? value }));
    return { ...common, kind: 'code', options };
  }
  switch (schema.type) {
    case 'string':
      if (schema.format === 'date') return { ...common, kind: 'date' };
      if (schema.format === 'date-time') return { ...common, kind: 'instant' };
      return { ...common, kind: 'text', ...(schema.maxLength ? { maxLength: schema.maxLength } : {}) };
    case 'boolean':
      return { ...common, kind: 'boolean' };
    case 'integer':
    case 'number': {
      const { minimum, maximum } = schema;
      return {
        ...common,
        kind: schema.type,
        ...(minimum !== undefined ? { minimum } : {}),
        ...(maximum !== undefined ? { maximum } : {}),
      };
    }
    case 'array': {
      const entry = fieldsOf(schema.items ?? {}, () => !readonly);
      return { ...common, kind: 'list', entry, most: schema.maxItems ?? Number.POSITIVE_INFINITY };
    }
    default:
      return null;
  }
}

/** A heading, and the names of the properties below it. */
export interface Heading {
  readonly title: string;
  readonly properties: readonly string[];
}

/** A part of a form under a heading. */
export interface Group {
  readonly title: string;
  readonly fields: readonly Field[];
}

/** Puts fields together under headings; those that no heading names stand last, under `rest`. */
export function grouped(fields: readonly Field[], headings: readonly Heading[], rest: string): Group[] {
  const named = new Set(headings.flatMap(({ properties }) => properties));
  const parts = headings.map(({ title, properties }) => ({
    title,
    fields: properties.flatMap((name) => fields.find((field) => field.name === name) ?? []),
  }));
  const others = { title: rest, fields: fields.filter(({ name }) => !named.has(name)) };
  return [...parts, others].filter(({ fields }) => fields.length > 0);
}
