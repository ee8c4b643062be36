import type { ProposalWords } from './de';

export const words: ProposalWords = {
  title: 'To be approved',
  waits: 'The change is waiting for approval',
  waitsLead:
    'A second person has to approve such a change. Until then the object stays as it is. You will be told by e-mail.',
  failed: 'The proposal cannot be loaded just now.',
  operations: { create: 'Addition proposed', update: 'Change proposed', delete: 'Deletion proposed' },
  by: (who: string, when: string) => `${who}, ${when}`,
  proposed: 'Proposed',
  now: (value: string) => `now: ${value}`,
  moved: (label: string, metres: string) => `${label} (${metres})`,
  nothing: 'The proposal changes no single detail.',
  deletion: 'The object is to be deleted from the register.',
  whole: (n: string) => `The proposal concerns ${n} objects, which are decided about together.`,
  conflict: 'The same has been changed differently since this was proposed',
  conflictLead: 'It cannot be approved as it is. Refuse it, or have it proposed anew.',
  gone: 'The object has been deleted since',
  approve: 'Approve',
  refuse: 'Refuse',
  refuseLead: 'Nothing about the object changes. Whoever proposed the change is told the reason.',
  refuseReason: 'Reason for the refusal',
  refuseReasonMissing: 'Give a reason.',
  withdraw: 'Withdraw',
  cancel: 'Cancel',
  decided: { open: '', approved: 'Approved', refused: 'Refused', withdrawn: 'Withdrawn' },
  proposer: (who: string) => `proposed by ${who}`,
};
