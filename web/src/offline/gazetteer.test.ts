import { describe, expect, it } from 'vitest';
import { differences, Gazetteer, plain } from './gazetteer';

const gazetteer = new Gazetteer({
  settlements: [
    ['Gadebusch', '19205'],
    ['Groß Salitz', '19209'],
  ],
  streets: [
    [0, 'Hauptstraße', ['1', '3', '12a'], [1111000, 10, 10], [5370000, 5, 5]],
    [1, 'Dorfstraße', ['5'], [1105000], [5375000]],
    [1, 'Kreuzweg', ['1'], [1105100], [5375000]],
  ],
  municipalities: [['Wismar', 1146000, 5389000]],
});
const labels = (text: string) => gazetteer.search(text, null).map(({ label, exact }) => `${label}${exact ? '' : '?'}`);

describe('places on the device', () => {
  it('are found in any spelling and order, with an error, and while typing', () => {
    for (const text of [
      'Hauptstraße 12a',
      'hauptstr. 12 a gadebusch',
      '12a Hauptstrasse',
      'Gadebusch, Haupstraße 12a',
      'Huaptstr 12a',
    ]) {
      expect(labels(text)[0], text).toBe('Hauptstraße 12a');
    }
    expect(labels('Haupts')[0]).toBe('Hauptstraße');
    expect(labels('Gross Salitz')[0]).toBe('Groß Salitz');
    expect(labels('Wismr')[0]).toBe('Wismar');
    expect(labels('Nirgendwo')).toEqual([]);
  });

  it('forgive two errors from eight letters on, also where letters are left out, and one in the type of a street', () => {
    for (const text of ['kreuzoeg', 'krezwge', 'Kruzwig', 'Kreuzw', 'kerzuweg'])
      expect(labels(text)[0], text).toBe('Kreuzweg');
    for (const text of ['Hauptstrase', 'Haptstrsse', 'Hauptstra']) expect(labels(text)[0], text).toBe('Hauptstraße');
    expect(labels('Weg')).toEqual([]);
  });

  it('are the nearest number where there is no such house, and say so', () => {
    expect(labels('Hauptstraße 2')[0]).toBe('Hauptstraße 1?');
    const [hit] = gazetteer.search('Dorfstraße 5', null);
    expect([hit?.lon, hit?.lat, hit?.detail]).toEqual([11.05, 53.75, '19209 Groß Salitz']);
  });

  it('count a swap as one error', () => {
    expect(differences('huapt', 'haupt', 1)).toBe(1);
    expect(differences('abc', 'xyz', 2)).toBeNull();
    expect(plain('Straße a.d. Mühle')).toEqual(['strasse', 'an', 'der', 'muehle']);
  });
});
