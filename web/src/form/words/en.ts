import type { FormWords } from './de';

export const words: FormWords = {
  yes: 'yes',
  no: 'no',
  add: 'Add an entry',
  remove: 'Remove entry',
  entry: (n: number) => `Entry ${n}`,
  none: 'No entries.',
  failed: 'Not saved',
  unreachable: 'The server does not answer. Nothing is lost: try again.',
  why: {
    missing: (label: string) => `${label}: This is missing.`,
    'no-number': (label: string) =>
      `${label}: This is not a number. Write it without a thousands separator, as in 1500.5.`,
    'no-whole-number': (label: string) => `${label}: This is not a whole number.`,
    'no-time': (label: string) => `${label}: This is not a point in time.`,
    'too-low': (label: string, limit: string) => `${label}: This is too low; at least ${limit}.`,
    'too-high': (label: string, limit: string) => `${label}: This is too high; at most ${limit}.`,
  },
};
