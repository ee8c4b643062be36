import { describe, expect, it } from 'vitest';
import type { Field } from '../../../form/schema';
import type { ChecklistVersion } from '../../../server/api';
import { allInOrder, itemFields, measuredFields, parted } from './form';
import { graphOf, pointsOf } from './graph';
import { words } from './words/de';

const label = (de: string) => ({ de, en: de });
const version: ChecklistVersion = {
  version: 1,
  measures: { properties: ['flow_rate'], dated: 'flow_measured_on' },
  items: [
    {
      name: 'sign',
      label: label('Schild'),
      hint: label('DIN 4066'),
      answer: 'check',
      effect: 'none',
      opens: null,
      optional: true,
    },
    {
      name: 'priming',
      label: label('Zeit'),
      hint: null,
      answer: { number: { unit: 's', minimum: 0, maximum: 3600, fails_below: null, fails_above: 60 } },
      effect: 'restricted',
      opens: null,
      optional: false,
    },
  ],
};

describe('the form of a check list', () => {
  it('has a field for each item, with what is in order as its hint', () => {
    const [sign, priming] = itemFields(version, 'de', words);
    expect(sign).toMatchObject({ name: 'answers-sign', kind: 'code', required: false, hint: 'DIN 4066' });
    expect(priming).toMatchObject({ name: 'answers-priming', kind: 'number', unit: 's', required: true });
    expect(priming?.hint).toBe('In Ordnung: höchstens 60 s');
  });

  it('asks for what the list has measured, as the collection declares it', () => {
    const flow: Field = {
      name: 'flow_rate',
      label: 'Durchfluss',
      kind: 'integer',
      unit: 'l/min',
      required: true,
      readonly: true,
    };
    const fields = measuredFields(version, [flow, { ...flow, name: 'remark' }]);
    expect(fields).toEqual([{ ...flow, name: 'measured-flow_rate', required: false, readonly: false }]);
  });

  it('sends answers and figures apart, and nothing for what was left empty', () => {
    const values = { made_on: '2026-11-30', 'answers-sign': 'ok', 'answers-priming': null, 'measured-flow_rate': 800 };
    expect(parted(values)).toEqual({ answers: { sign: 'ok' }, measured: { flow_rate: 800 } });
  });

  it('is all in order at once, without a word on numbers or remarks', () => {
    expect(allInOrder(version, { remark: 'x', 'answers-priming': '5' })).toEqual({
      remark: 'x',
      'answers-priming': '5',
      'answers-sign': 'ok',
    });
  });
});

describe('the graph', () => {
  const inspection = (made_on: string, flow_rate?: number) => ({
    made_on,
    measured: flow_rate === undefined ? {} : { flow_rate },
  });

  it('goes from the oldest to the newest test and leaves out checks without one', () => {
    const points = pointsOf(
      [inspection('2026-05-01', 800), inspection('2025-05-01'), inspection('2022-05-01', 1600)],
      'flow_rate',
    );
    expect(points).toEqual([
      { day: '2022-05-01', value: 1600 },
      { day: '2026-05-01', value: 800 },
    ]);
    const { path, top, years } = graphOf(points, 100, 50);
    expect([path, top, years]).toEqual(['M0 0L100 25', 1600, ['2022', '2026']]);
  });

  it('shows one test, and several of a day', () => {
    expect(graphOf([{ day: '2026-05-01', value: 800 }], 100, 50).path).toBe('M50 0');
    const same = { day: '2026-05-01', value: 800 };
    expect(graphOf([same, { ...same, value: 400 }], 100, 50).dots.map(({ x }) => x)).toEqual([0, 0]);
  });
});
