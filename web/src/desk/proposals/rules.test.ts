import { describe, expect, it } from 'vitest';
import type { Proposal, ProposalSummary } from '../../server/api';
import { byObject, sketched, standsAgainst } from './rules';

const head = {
  href: '',
  state: 'open' as const,
  proposed_at: '2026-11-30T08:00:00Z',
  proposer: 'Jens Ott',
  reason: 'steht woanders',
  own: false,
  decisions: [],
  decided_at: null,
  decider: null,
  answer: null,
  changeset: null,
};
const edit = (feature: string, more: Partial<ProposalSummary['edits'][number]> = {}) => ({
  collection: 'hydrants',
  feature,
  version: 1,
  operation: 'update' as const,
  fields: ['geometry'],
  from: [11.4, 53.9] as [number, number],
  to: [11.5, 53.9] as [number, number],
  ...more,
});

describe('proposals at the desk', () => {
  it('are found by each of their objects', () => {
    const [newer, older] = ['b', 'a'].map((id) => ({ ...head, id, edits: [edit('1'), edit(`${id}2`)] }));
    const ponds = { ...head, id: 'c', edits: [edit('1', { collection: 'water_sources' })] };
    const found = byObject([ponds, newer, older] as ProposalSummary[], 'hydrants');
    expect(found.get('1')?.map(({ id }) => id)).toEqual(['b', 'a']);
    expect([...found.keys()]).toEqual(['1', 'b2', 'a2']);
  });

  it('are sketched where the object lies and where it would lie', () => {
    const moved = { ...head, id: 'a', edits: [edit('1')] };
    const gone = { ...head, id: 'b', edits: [edit('2', { operation: 'delete', fields: [], to: null })] };
    const told = { ...head, id: 'c', edits: [edit('3', { fields: ['lifecycle'] })] };
    const parts = sketched([moved, gone, told], 'hydrants').features.map(({ properties }) => properties);
    expect(parts).toEqual([
      { id: '1', part: 'from' },
      { id: '1', part: 'to' },
      { id: '1', part: 'way' },
      { id: '2', part: 'from' },
      { id: '3', part: 'from' },
    ]);
  });

  it('tell what stands against them', () => {
    const field = { name: 'remark', before: 'a', after: 'b', now: 'a', conflict: false };
    const at = (current: number | null, conflict: boolean) =>
      ({
        ...head,
        id: 'a',
        edits: [{ ...edit('1'), current, fields: [{ ...field, conflict }] }],
      }) as unknown as Proposal;
    expect(standsAgainst(at(1, false))).toBeNull();
    expect(standsAgainst(at(2, true))).toBe('conflict');
    expect(standsAgainst(at(null, false))).toBe('gone');
  });
});
