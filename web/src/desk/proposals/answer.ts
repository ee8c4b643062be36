/** Tells an edit that waits from one that was made. */
import type { Proposal } from '../../server/api';

/** True for the answer to an edit that waits. */
export const isProposal = (body: unknown): body is Proposal =>
  typeof body === 'object' && body !== null && 'decisions' in body;
