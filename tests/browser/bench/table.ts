/** Rows as the other benchmarks print them (benches/server/table.rs). */

export interface Row {
  readonly what: string;
  readonly data: string;
  readonly measured: string;
  readonly floor: string;
  /** In words, and whether it is met. */
  readonly target: readonly [string, boolean] | null;
}

export function table(rows: readonly Row[]): string {
  const lines = rows.map(({ what, data, measured, floor, target }) => {
    const [words, met] = target ? [target[0], target[1] ? 'yes' : '**no**'] : ['–', '–'];
    return `| ${what} | ${data} | ${measured} | ${floor} | ${words} | ${met} |`;
  });
  return ['| what | data | measured | floor, same run | target | met |', '|---|---|---|---|---|---|', ...lines].join('\n');
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

const shown = (ms: number) => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`);

/** A row of times in milliseconds that must stay below a target in the worst run. */
export function times(what: string, data: string, values: readonly number[], floors: readonly number[], target: number | null): Row {
  const worst = Math.max(...values);
  const [middle, floor] = [median(values), median(floors)];
  return {
    what,
    data: `${data}, ${values.length} times`,
    measured: `${shown(middle)}, worst ${shown(worst)}`,
    floor: `${shown(floor)}; x${(middle / floor).toFixed(2)}`,
    target: target === null ? null : [`< ${shown(target)}, the worst`, worst < target],
  };
}
