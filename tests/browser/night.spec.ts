/** Night: a dark page and a dark map, kept for the next time. */
import { expect, test } from './support/crew.ts';
import { readyHydrant } from './support/register.ts';

/** How light the picture is, 0 black to 255 white, by the browser's own decoder. */
async function lightness(page: import('@playwright/test').Page, png: Buffer): Promise<number> {
  return page.evaluate(async (data) => {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    const picture = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const context = new OffscreenCanvas(picture.width, picture.height).getContext('2d');
    if (!context) throw new Error('no canvas');
    context.drawImage(picture, 0, 0);
    const { data: pixels } = context.getImageData(0, 0, picture.width, picture.height);
    let sum = 0;
    for (let at = 0; at < pixels.length; at += 4) {
      sum += ((pixels[at] ?? 0) + (pixels[at + 1] ?? 0) + (pixels[at + 2] ?? 0)) / 3;
    }
    return (sum / pixels.length) * 4;
  }, png.toString('base64'));
}

test('the night map is dark, by a key and for the next visit', async ({ crew, request, page }) => {
  const { lon, lat } = await readyHydrant(request, '13074009');
  await crew.open('', { lon, lat, zoom: 16 });
  await crew.drawn();
  const day = await lightness(page, await crew.still());
  await page.keyboard.press('n');
  await expect(page.locator('html')).toHaveAttribute('data-kern-theme', 'dark');
  await expect.poll(async () => lightness(page, await crew.map.screenshot())).toBeLessThan(70);
  expect(day).toBeGreaterThan(180);

  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-kern-theme', 'dark');
  await crew.drawn();
  await expect.poll(async () => lightness(page, await crew.map.screenshot())).toBeLessThan(70);
});
