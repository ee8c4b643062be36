/** What the server writes into a page (src/web/page.rs). */

/** The block the server puts into the page. A page from a cache may have none. */
export interface Boot {
  readonly district: {
    readonly name: string;
    readonly bounds: readonly [number, number, number, number];
    /** Of a fix, metres: one that may be off by more is asked about. */
    readonly position_accuracy_m?: number;
    /** By which days begin, such as `Europe/Berlin`. */
    readonly time_zone?: string;
  } | null;
}

/** Where nothing is known of the district: Germany. */
const ANYWHERE = [5.9, 47.3, 15, 55.1] as const;

/** West, south, east and north of the district, degrees. */
export function boundsOf({ district }: Boot): readonly [number, number, number, number] {
  return district?.bounds ?? ANYWHERE;
}

/** The middle of the district. */
export function middleOf(boot: Boot): { readonly lon: number; readonly lat: number } {
  const [west, south, east, north] = boundsOf(boot);
  return { lon: (west + east) / 2, lat: (south + north) / 2 };
}

export function boot(): Boot {
  try {
    const text = document.getElementById('boot')?.textContent;
    if (text) return JSON.parse(text) as Boot;
  } catch {
    // A broken block is no reason to show nothing.
  }
  return { district: null };
}
