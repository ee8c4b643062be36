import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { distance } from '../../map/place';
import type { Hit } from '../search/search';
import { Gazetteer, type GazetteerFile } from './gazetteer';
import { tokens } from './names/fold';
import { errors } from './names/words';
import { Register, type RegisterFile } from './register';

type Told = Hit & { readonly begun: boolean; readonly radius: number | null };
interface Fixture {
  readonly file: GazetteerFile;
  readonly register: RegisterFile;
  readonly questions: readonly {
    readonly text: string;
    readonly hits: readonly Told[];
    readonly meant: string | null;
  }[];
}

const fixture = JSON.parse(readFileSync('../tests/fixtures/search.json', 'utf8')) as Fixture;
const gazetteer = new Gazetteer(fixture.file);
const register = new Register(fixture.register);

/** What both tell; a name's place is the house in the middle of its houses, and they are rounded to a metre. */
const told = ({ kind, label, detail, exact, begun, certainty }: Hit) =>
  `${kind} ${label} (${detail ?? ''}) ${certainty}${exact ? '' : begun ? ' begun' : ' about'}`;

/** The same of the server. */
const nearestOf = (hits: readonly Told[], hit: Hit) =>
  hits.filter((other) => told(other) === told(hit)).sort((a, b) => distance(a, hit) - distance(b, hit))[0];

describe('places on the device', () => {
  it.each(fixture.questions.map((question) => [question.text, question] as const))(
    '%j as on the server',
    (text, asked) => {
      const named = /q=([^&]*)/.exec(text)?.[1];
      const question = named ? decodeURIComponent(named.replaceAll('+', ' ')) : text;
      const found = gazetteer.search(question, null, register, 'de');
      expect(found.map(told).sort()).toEqual(asked.hits.map(told).sort());
      expect(found[0]?.exact).toBe(asked.hits[0]?.exact);
      expect(gazetteer.place(question, register, 'de').meant?.label ?? null).toBe(asked.meant);
      for (const hit of found) {
        const [own, its] = [hit.radius ?? 0, nearestOf(asked.hits, hit)?.radius ?? 0];
        if (hit.kind === 'street' || hit.kind === 'address')
          expect(Math.abs(own - its)).toBeLessThanOrEqual(5 + its / 100);
        else if (hit.kind === 'place' || hit.kind === 'municipality') expect(own).toBeGreaterThan(0);
        const there = nearestOf(asked.hits, hit);
        if (hit.kind === 'crossing') expect(there && distance(hit, there)).toBeLessThan(2);
      }
    },
  );

  it('are near an address, where one is near', () => {
    const near = gazetteer.near({ lon: 11.2701, lat: 53.95 });
    expect(near).toMatchObject({ label: 'Fasanengasse 7', settlement: 'Grürnitz', municipality: 'Lossow' });
    expect(near?.distance).toBeLessThan(10);
    expect(gazetteer.near({ lon: 11.5, lat: 53.8 })).toBeNull();
  });

  it('count a swap as one error', () => {
    expect(errors('huapt', 'haupt', 1)?.whole).toBe(1);
    expect(errors('abc', 'xyz', 2)).toBeNull();
    expect(tokens('Straße a.d. Mühle').map(({ text }) => text)).toEqual(['strase', 'a', 'd', 'muhle']);
  });
});
