/** The crew map as a person sees it: what is read and pressed, by the words on it. */
import { test as base, expect, type Locator, type Page } from '@playwright/test';

export class CrewPage {
  readonly search: Locator;
  /** The entries of the list of usable water, nearest first. */
  readonly sources: Locator;
  readonly map: Locator;

  constructor(readonly page: Page) {
    this.search = page.getByRole('combobox', { name: 'Adresse, Nummer oder Koordinate' });
    this.sources = page.getByRole('list', { name: 'Nächstes Löschwasser' }).getByRole('button');
    this.map = page.locator('#map canvas');
  }

  /** Opens the map; `view` is where it was left the last time. */
  async open(query = '', view?: { lon: number; lat: number; zoom: number }): Promise<void> {
    if (view) await this.remember('geokontor.view', view);
    await this.page.goto(`/map${query}`);
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
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(String(error)));
    const crew = new CrewPage(page);
    await crew.remember('geokontor.crew', { theme: 'day' });
    await use(crew);
    expect(faults, 'no error was thrown in the page').toEqual([]);
  },
});

export { expect };
