/** Somebody else's map under the fire water, by configuration: whatever it does, the map of the crew goes on. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import { expect, test } from './support/crew.ts';
import { readyHydrant } from './support/register.ts';

const PORT = Number(process.env.GROUND_PORT);
const SILENT = 'Die Hintergrundkarte antwortet nicht.';
const TILE = /^\/\d+\/\d+\/\d+\.(png|pbf)$/;
/** A green pixel, which is drawn as large as a tile. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGOYdaQfAAPpAe6/kU/7AAAAAElFTkSuQmCC',
  'base64',
);

/** Somebody's tiles, their description and their symbols, on a port of its own, so of another origin. */
class Stand {
  behaves: 'answers' | 'hangs' | 'fails' = 'answers';
  readonly given: string[] = [];
  readonly #server: Server = createServer((asked, answer) => this.#answer(asked.url ?? '', answer));

  begin(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(PORT, '127.0.0.1', resolve));
  }

  end(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #answer(path: string, answer: ServerResponse): void {
    if (this.behaves === 'hangs') return;
    answer.setHeader('access-control-allow-origin', '*');
    if (this.behaves === 'fails') {
      answer.writeHead(500).end();
      return;
    }
    this.given.push(path);
    if (path === '/tiles.json') answer.end(JSON.stringify({ tiles: [`http://127.0.0.1:${PORT}/{z}/{x}/{y}.pbf`] }));
    else if (path.endsWith('.json')) answer.end(JSON.stringify({ stop: { x: 0, y: 0, width: 1, height: 1, pixelRatio: 1 } }));
    else if (path.endsWith('.png')) answer.setHeader('content-type', 'image/png').end(PIXEL);
    else answer.writeHead(404).end();
  }
}

test.use({ baseURL: process.env.GROUNDED_URL ?? '' });
// There is one port for what lies under the map.
test.describe.configure({ mode: 'default' });

let ground: Stand;
test.beforeEach(async ({ crew }) => {
  // What a browser says of a ground that fails is not the page's complaint.
  crew.networkFails = true;
  ground = new Stand();
  await ground.begin();
});
test.afterEach(() => ground.end());

test('a ground that answers lies under the fire water and nothing is said', async ({ crew, request, page }, info) => {
  const { lon, lat, ref } = await readyHydrant(request, '13074012');
  await crew.open('', { lon, lat, zoom: 18 });
  await crew.drawn();
  await expect.poll(() => ground.given).toContainEqual(expect.stringMatching(TILE));
  await crew.still();
  await page.screenshot({ path: info.outputPath('ground.png') });
  await crew.map.click();
  await expect(page.getByRole('heading', { level: 2 }), 'the symbol is on the map').toContainText(ref);
  await expect(page.getByText(SILENT, { exact: false })).toBeHidden();

  // Whose ground it is can be read in full, beside the tools and not under them.
  const sources = await page.getByText('© Nachbarkreis').boundingBox();
  const tools = await page.getByRole('toolbar').boundingBox();
  if (!sources || !tools) throw new Error('sources or tools are not shown');
  expect(sources.x + sources.width).toBeLessThanOrEqual(tools.x);
  await expect(page.getByTitle('Quellen der Karte')).toBeVisible();
});

for (const [how, theme] of [['hangs', 'day'], ['hangs', 'night'], ['fails', 'day'], ['fails', 'night']] as const) {
  test(`a ground that ${how} keeps nobody waiting by ${theme}, is told, and comes when it answers`, async ({ crew, request, page }, info) => {
    const { lon, lat, ref } = await readyHydrant(request, '13074012');
    ground.behaves = how;
    // A page that waits for nothing longer than it must: were it to wait for the ground, it would for ever.
    await page.addInitScript(() => {
      const after = window.setTimeout;
      const patient = (work: TimerHandler, ms?: number, ...rest: unknown[]) => (ms === 8_000 ? 0 : after(work, ms, ...rest));
      window.setTimeout = patient as typeof window.setTimeout;
    });
    await page.addInitScript((theme) => localStorage.setItem('geokontor.crew', JSON.stringify({ theme })), theme);
    await crew.open('', { lon, lat, zoom: 18 });
    await crew.drawn();
    await crew.map.click();
    await expect(page.getByRole('heading', { level: 2 }), 'the symbol is on the map').toContainText(ref);
    await page.keyboard.press('Escape');
    await expect(crew.sources.first()).toContainText(ref);
    const note = page.getByText(SILENT, { exact: false });
    await expect(note).toBeVisible();
    await page.screenshot({ path: info.outputPath('no ground.png') });

    ground.behaves = 'answers';
    await expect(note).toBeHidden();
    await expect.poll(() => ground.given).toContainEqual(expect.stringMatching(TILE));
    await crew.still();
    await page.screenshot({ path: info.outputPath('ground.png') });
  });
}
