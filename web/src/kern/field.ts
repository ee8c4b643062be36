/** What every field has. */
export interface FieldProps {
  /** Also the place that links of a summary of faults lead to. */
  readonly id: string;
  readonly label: string;
  readonly hint?: string | undefined;
  /** What is wrong with the value, in the reader's language. */
  readonly fault?: string | undefined;
  readonly required?: boolean | undefined;
  readonly readonly?: boolean | undefined;
}

/** What describes a field beside its label. */
export function describedBy({ id, hint, fault }: Pick<FieldProps, 'id' | 'hint' | 'fault'>): string | undefined {
  const parts = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean);
  return parts.length > 0 ? parts.join(' ') : undefined;
}
