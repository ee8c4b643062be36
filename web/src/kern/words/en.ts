import type { KernWords } from './de';

export const words: KernWords = {
  close: 'Close',
  required: 'required',
  optional: 'optional',
  choose: 'Please choose',
  fault: 'Error:',
  faults: (n: number) => (n === 1 ? 'One entry is missing or wrong' : `${n} entries are missing or wrong`),
  kinds: { info: 'Note', success: 'Done', warning: 'Warning', danger: 'Error' },
  busy: 'Please wait …',
  showPassword: 'Show password',
};
