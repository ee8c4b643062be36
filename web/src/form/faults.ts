/** Which field a fault is about. */

/** The id of a field of a form by its way: `edit-flow_tests-0-day`. */
export function idOf(form: string, path: readonly (string | number)[]): string {
  return [form, ...path].join('-');
}

/** The parts of a JSON pointer (RFC 6901). */
export function partsOf(pointer: string): string[] {
  if (!pointer.startsWith('/')) return pointer === '' ? [] : [pointer];
  return pointer
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

export interface Placed {
  /** The id of the field; undefined where the form has none for it. */
  readonly field?: string | undefined;
  readonly text: string;
}

/**
 * Puts faults of the server to the fields of a form. `root` is where the form's values stand in what was sent, as in
 * `/properties`; `ids` are the fields it has. A fault within a field is that field's.
 */
export function placed(
  faults: readonly { readonly pointer: string; readonly message: string }[],
  form: string,
  ids: ReadonlySet<string>,
  root = '',
): Placed[] {
  return faults.map(({ pointer, message }) => {
    const below =
      root !== '' && (pointer === root || pointer.startsWith(`${root}/`)) ? pointer.slice(root.length) : pointer;
    const path = partsOf(below);
    while (path.length > 0 && !ids.has(idOf(form, path))) path.pop();
    return { field: path.length > 0 ? idOf(form, path) : undefined, text: message };
  });
}
