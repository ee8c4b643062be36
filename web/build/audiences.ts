/**
 * The audiences and what each is sent. Every build is a graph of its own: no file of one can change because a page of
 * another has, so that tablets, which keep the files of the crew map, update only when the crew map does.
 */

export interface Page {
  readonly html: string;
  /** The addresses at which the server shows it (src/web/mod.rs), for the development server. */
  readonly at: RegExp;
  /** What its own JavaScript may weigh, gzip, with all that it may load in the end, MapLibre and what draws on it not counted. */
  readonly budget: number;
  /** The same of what is loaded before anything is chosen, where parts are loaded when they are shown. */
  readonly first?: number;
}

export interface Build {
  readonly pages: Readonly<Record<string, Page>>;
  /** Files of the build at an address that stays. */
  readonly standing?: Readonly<Record<string, string>>;
}

/** Built one after the other. */
export const BUILDS = {
  crew: {
    pages: { crew: { html: 'crew.html', at: /^\/map$/, budget: 119_000, first: 105_000 } },
    standing: { sw: 'src/crew/offline/sw.ts' },
  },
  // Kept by tablets beside the crew map, so it shares nothing with the other pages.
  tablet: { pages: { tablet: { html: 'tablet.html', at: /^\/map\/tablet$/, budget: 24_000 } } },
  embed: { pages: { embed: { html: 'embed.html', at: /^\/embed$/, budget: 8_000 } } },
  pages: {
    pages: {
      portal: { html: 'portal.html', at: /^\/$/, budget: 30_000 },
      account: { html: 'account.html', at: /^\/(account|sign-in)$/, budget: 46_000 },
      desk: { html: 'desk.html', at: /^\/desk(\/|$)/, budget: 132_000, first: 58_000 },
      administration: { html: 'administration.html', at: /^\/administration$/, budget: 80_000, first: 40_000 },
    },
  },
} satisfies Record<string, Build>;

/** The page of all elements, which is in no build: the development server and the tests show it. */
export const ELEMENTS: Pick<Page, 'html' | 'at'> = { html: 'elements.html', at: /^\/elements$/ };
