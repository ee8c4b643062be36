import { describe, expect, it } from 'vitest';
import { codeOf, type Definition, inUnit, meaningOf, meant, suppliedBy, systemOf, worded } from './mapping';

const FILE: Definition = {
  supplier: 'Wasserwerk',
  key: { system: 'wasserwerk', columns: ['GID'] },
  constants: { source: 'utility' },
  properties: [
    { property: 'kind', columns: ['Art', 'Bauart'], words: { pillar: ['OFH'] }, keep_wording: true },
    { property: 'flow_rate', columns: ['Leistung'], unit: 'm³/h' },
  ],
};

describe('a mapping that is put together by hand', () => {
  it('tells what a column is taken for, whatever its case', () => {
    const columns = ['bauart', 'LEISTUNG', 'gid', 'Farbe'];
    expect(columns.map((column) => meaningOf(FILE, column))).toEqual(['kind', 'flow_rate', '@key', '']);
  });

  it('takes a column for something else and keeps what it has no field for', () => {
    const other = meant(FILE, 'Leistung', 'main_diameter');
    expect(meaningOf(other, 'Leistung')).toBe('main_diameter');
    expect(other.properties).toEqual([FILE.properties?.[0], { property: 'main_diameter', columns: ['Leistung'] }]);
    expect(other.constants).toEqual({ source: 'utility' });
  });

  it('has one column for each part of the place', () => {
    const placed = meant(meant(meant(FILE, 'Rechts', '@x'), 'Hoch', '@y'), 'Ost', '@x');
    expect([placed.x, placed.y]).toEqual(['Ost', 'Hoch']);
    expect(meant(placed, 'Ost', '').x).toBeUndefined();
  });

  it('takes a property from the column that was named last', () => {
    const other = meant(FILE, 'Typ', 'kind');
    expect(meaningOf(other, 'Art')).toBe('');
    expect(other.properties?.filter(({ property }) => property === 'kind')).toEqual([
      { property: 'kind', columns: ['Typ'] },
    ]);
  });

  it('says what words stand for, each for one thing', () => {
    const told = worded(worded(FILE, 'Art', 'UFH', 'underground'), 'Art', 'ofh', '-');
    expect(['OFH', 'UFH', 'x'].map((word) => codeOf(told, 'Art', word))).toEqual(['-', 'underground', '']);
    expect(worded(worded(told, 'Art', 'UFH', ''), 'Art', 'OFH', '').properties?.[0]).not.toHaveProperty('words');
  });

  it('says units, and takes them back', () => {
    expect(inUnit(FILE, 'Leistung', ' l/s ').properties?.[1]?.unit).toBe('l/s');
    expect(inUnit(FILE, 'Leistung', '').properties?.[1]).not.toHaveProperty('unit');
  });

  it('keeps the numbers of a supplier under its name', () => {
    expect(systemOf('Stadtwerke Süd GmbH & Co.')).toBe('stadtwerke_sued_gmbh_co');
    expect(suppliedBy(FILE, 'Zweckverband').key?.system).toBe('zweckverband');
    expect(suppliedBy({ ...FILE, key: { system: 'asset', columns: ['GID'] } }, 'Zweckverband').key?.system).toBe(
      'asset',
    );
  });
});
