/** What two people made of one object, property by property. */

type Values = Readonly<Record<string, unknown>>;

export interface Difference {
  /** Of the property; `geometry` for the place. */
  readonly name: string;
  readonly before: unknown;
  readonly mine: unknown;
  readonly theirs: unknown;
  /** Who has changed it; where both made the same of it, nobody has to choose, and it is not told. */
  readonly by: 'me' | 'them' | 'both';
}

const same = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

/** All that is not as it was before, of what I may change. */
export function differences(before: Values, mine: Values, theirs: Values): Difference[] {
  return Object.keys(mine).flatMap((name) => {
    const each = { name, before: before[name], mine: mine[name], theirs: theirs[name] };
    const [byMe, byThem] = [!same(each.before, each.mine), !same(each.before, each.theirs)];
    if ((!byMe && !byThem) || same(each.mine, each.theirs)) return [];
    return { ...each, by: byMe && byThem ? 'both' : byMe ? 'me' : 'them' };
  });
}

/** What is to be kept of mine: what I alone have changed, and what was chosen where both have. */
export function kept(
  found: readonly Difference[],
  chosen: Readonly<Record<string, 'mine' | 'theirs'>>,
): Record<string, unknown> {
  const mine = found.filter(({ name, by }) => by === 'me' || (by === 'both' && chosen[name] === 'mine'));
  return Object.fromEntries(mine.map(({ name, mine }) => [name, mine]));
}
