/** What is asked of the server about edits that wait for a second person. */
import { line } from '../../page/line';
import type { Proposal, ProposalDecision, ProposalList, ProposalSummary } from '../../server/api';

/** So many pages at most: more is waiting nowhere. */
const MOST_PAGES = 10;

/** The open ones about objects of a collection. */
export async function openIn(collection: string): Promise<ProposalSummary[]> {
  const found: ProposalSummary[] = [];
  let next: string | null = `/api/proposals?${new URLSearchParams({ collection, state: 'open', limit: '200' })}`;
  for (let page = 0; next !== null && page < MOST_PAGES; page += 1) {
    const told: ProposalList = await line.get<ProposalList>(next);
    found.push(...told.proposals);
    const following: URL | null = told.next === null ? null : new URL(told.next, location.href);
    next = following && following.pathname + following.search;
  }
  return found;
}

export const proposal = (id: string) => line.get<Proposal>(`/api/proposals/${id}`);

export const decide = async (id: string, decision: ProposalDecision, reason?: string) =>
  (await line.send<Proposal>(`/api/proposals/${id}/${decision}`, { method: 'POST', body: reason ? { reason } : {} }))
    .body;
