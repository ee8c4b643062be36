/** The map on other people's homepages: shown on those that the configuration names, and on no others. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@playwright/test';

const SERVER = process.env.SERVER_URL ?? '';

/** A homepage on a port of its own, so an origin of its own. */
async function homepage(port: number, body: string): Promise<{ server: Server; url: string }> {
  const page = `<!doctype html><html lang="de"><head><title>Gemeinde</title><script src="${SERVER}/embed.js" defer></script></head><body><main>${body}</main></body></html>`;
  const server = createServer((_, answer) => answer.setHeader('content-type', 'text/html; charset=utf-8').end(page));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

const ELEMENT = '<h1>Feuerwehr</h1><geokontor-map zoom="14" height="20rem" lang="de"></geokontor-map>';

test('a homepage that is named shows the map', async ({ page }) => {
  const { server, url } = await homepage(Number(process.env.HOMEPAGE_PORT), ELEMENT);
  await page.goto(url);
  const frame = page.frameLocator('iframe[title="Löschwasserkarte"]');
  await expect(frame.getByRole('region', { name: 'Löschwasserkarte', exact: false })).toBeVisible();
  await expect(page.locator('iframe')).toHaveCSS('height', '320px');
  // Once, where it is there without the frame too.
  await expect(page.locator('geokontor-map').getByRole('link', { name: 'Löschwasser als Liste' })).toBeVisible();
  await expect(frame.getByRole('link', { name: 'Löschwasser als Liste' })).toHaveCount(0);
  server.close();
});

test('a homepage that is not named shows no map, and the way to the list all the same', async ({ page }) => {
  const refused = page.waitForEvent('console', (message) => /frame-ancestors/.test(message.text()));
  const { server, url } = await homepage(0, ELEMENT);
  await page.goto(url);
  await refused;
  await expect(page.locator('geokontor-map').getByRole('link', { name: 'Löschwasser als Liste' })).toBeVisible();
  await expect(page.frameLocator('iframe').getByRole('region')).toHaveCount(0);
  server.close();
});

test('no other page of the server is shown in a frame, not even on a homepage that is named', async ({ page }) => {
  const refused = page.waitForEvent('console', (message) => /frame-ancestors/.test(message.text()));
  const { server, url } = await homepage(
    Number(process.env.OTHER_HOMEPAGE_PORT),
    `<iframe title="crew" src="${SERVER}/map"></iframe>`,
  );
  await page.goto(url);
  await refused;
  server.close();
});

test('the map by itself leads to the list, and its buttons are as large as a finger', async ({ page }) => {
  await page.goto('/embed?zoom=14&lang=de');
  await expect(page.getByRole('link', { name: 'Löschwasser als Liste' })).toBeVisible();
  for (const name of ['Vergrößern', 'Verkleinern']) {
    const box = await page.getByRole('button', { name }).boundingBox();
    expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(44);
  }
});
