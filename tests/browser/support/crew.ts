/** The crew map as a person sees it: what is read and pressed, by the words on it. */
import { test as base, expect, type Locator, type Page } from '@playwright/test';
import { complaints, NETWORK } from './complaints.ts';

export class CrewPage {
  readonly search: Locator;
  /** The entries of the list of usable water, nearest first. */
  readonly sources: Locator;
  readonly map: Locator;
  /** Set by tests that take the network away, or parts of it: the browser says so in its console. */
  networkFails = false;

  constructor(readonly page: Page) {
    this.search = page.getByRole('combobox', { name: 'Adresse, Nummer oder Koordinate' });
    this.sources = page.getByRole('list', { name: 'Nächstes Löschwasser' }).getByRole('button');
    this.map = page.locator('#map canvas');
  }

  /** Opens the map; `view` is where it was left the last time. */
  async open(query = '', view?: { lon: number; lat: number; zoom: number }): Promise<void> {
    if (view) await this.remember('geokontor.view', view);
    // Not until everything is loaded: some parts may never answer, and the page has to do without.
    await this.page.goto(`/map${query}`, { waitUntil: 'domcontentloaded' });
    await expect(this.page.getByRole('heading', { name: 'Löschwasser', level: 1 })).toBeVisible();
  }

  /** What the device kept from an earlier visit; once, so that a reload finds what the page has written since. */
  async remember(key: string, value: object): Promise<void> {
    await this.page.addInitScript(
      ([key, value]) => {
        if (localStorage.getItem(key) === null) localStorage.setItem(key, value);
      },
      [key, JSON.stringify(value)] as const,
    );
  }

  /** Waits until the map itself is drawn, not only the picture that stands in for it. */
  async drawn(): Promise<void> {
    await this.page.waitForFunction(() => performance.getEntriesByName('map-drawn').length > 0);
  }

  /** Opens the menu, from which the district is taken along. */
  async openMenu(): Promise<void> {
    await this.page.getByRole('button', { name: 'Ebenen, Legende, Einstellungen' }).click();
    await expect(this.page.getByRole('heading', { name: 'Ebenen und Einstellungen' })).toBeVisible();
  }

  /** The network goes, or comes back; the page has noticed when this returns. */
  async network(there: boolean): Promise<void> {
    this.networkFails = true;
    await this.page.context().setOffline(!there);
    const banner = this.page.getByText(/^KEINE VERBINDUNG seit/);
    if (there) await expect(banner).toBeHidden();
    else await expect(banner).toBeVisible();
  }

  /** Waits until two looks at the map show the same, and gives the last. */
  async still(): Promise<Buffer> {
    let last: Buffer = Buffer.alloc(0);
    await expect
      .poll(async () => {
        const before = last;
        last = await this.map.screenshot();
        return before.equals(last);
      })
      .toBe(true);
    return last;
  }
}

/** `crew` is a crew map by day: without a choice, the hour at which a test runs would decide. */
export const test = base.extend<{ crew: CrewPage }>({
  crew: async ({ page }, use) => {
    const found = complaints(page);
    const crew = new CrewPage(page);
    await crew.remember('geokontor.crew', { theme: 'day' });
    await use(crew);
    const faults = found.filter((complaint) => !(crew.networkFails && NETWORK.test(complaint)));
    expect(faults, 'neither page nor map complains in the console').toEqual([]);
  },
});

export { expect };
