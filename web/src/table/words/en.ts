import type { TableWords } from './de';

export const words: TableWords = {
  columns: 'Columns',
  chooseColumns: 'Choose columns',
  rows: (n: string) => `${n} rows`,
  nothing: 'No rows.',
  markAll: 'Mark all rows',
  mark: 'Mark the row',
  done: 'Done',
};
