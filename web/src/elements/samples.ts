/** What the page of elements shows in its fields and rows. */

import type { CollectionSchema } from '../form/schema';
import type { Language } from '../i18n/language';
import type { Column } from '../table/rows';

export interface Row {
  readonly id: number;
  readonly ref: string;
  readonly kind: string;
  readonly flow: number | null;
}

/** Rows that differ and are the same every time. */
export function rows(count: number): Row[] {
  const kinds = ['Überflurhydrant', 'Unterflurhydrant', 'Wandhydrant'];
  return Array.from({ length: count }, (_, k) => ({
    id: k,
    ref: `LOS-${((k * 7919) % count) + 1}`,
    kind: kinds[k % 3] ?? '',
    flow: k % 11 === 0 ? null : 24 + ((k * 31) % 160),
  }));
}

export function columns(language: Language): Column<Row>[] {
  const [ref, kind, flow, id] =
    language === 'de' ? ['Nummer', 'Bauart', 'Leistung (m³/h)', 'Kennung'] : ['Number', 'Kind', 'Flow (m³/h)', 'Id'];
  return [
    { id: 'ref', label: ref ?? '', value: (row) => row.ref },
    { id: 'kind', label: kind ?? '', value: (row) => row.kind, width: 14 },
    { id: 'flow', label: flow ?? '', value: (row) => row.flow, numeric: true },
    { id: 'id', label: id ?? '', value: (row) => row.id, hidden: true },
  ];
}

/** As `/ogc/collections/{c}/schema` writes it. */
export function schema(language: Language): CollectionSchema {
  const t = (de: string, en: string) => (language === 'de' ? de : en);
  return {
    type: 'object',
    required: ['kind'],
    properties: {
      ref: { type: 'string', title: t('Nummer', 'Number'), maxLength: 40 },
      kind: {
        type: 'string',
        title: t('Bauart', 'Kind'),
        oneOf: [
          { const: 'pillar', title: t('Überflurhydrant', 'Pillar hydrant') },
          { const: 'underground', title: t('Unterflurhydrant', 'Underground hydrant') },
        ],
      },
      flow: {
        type: 'number',
        title: t('Leistung', 'Flow'),
        description: t('Gemessen, bei 1,5 bar.', 'Measured, at 1.5 bar.'),
        'x-ogc-unit': 'm³/h',
      },
      checked: { type: 'string', format: 'date', title: t('Geprüft am', 'Checked on') },
      winter: { type: 'boolean', title: t('Im Winter nutzbar', 'Usable in winter') },
      note: { type: 'string', title: t('Bemerkung', 'Note'), maxLength: 2000 },
      municipality: { type: 'string', title: t('Gemeinde', 'Municipality'), readOnly: true },
      tests: {
        type: 'array',
        title: t('Messungen', 'Measurements'),
        maxItems: 2,
        items: {
          type: 'object',
          required: ['day'],
          properties: {
            day: { type: 'string', format: 'date', title: t('Tag', 'Day') },
            bar: { type: 'number', title: t('Druck', 'Pressure'), 'x-ogc-unit': 'bar' },
          },
        },
      },
    },
  };
}
