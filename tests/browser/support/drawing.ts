/** Somebody who draws on a map with a mouse. */
import { expect, type Locator, type Page } from '@playwright/test';

/** Places on a map as parts of its width and height. */
type Corner = readonly [number, number];

/** Draws an area by its corners and ends it on the first one. The map is there when its ground has been drawn. */
export async function drawArea(page: Page, map: Locator, corners: readonly Corner[]): Promise<void> {
  const canvas = map.locator('canvas.maplibregl-canvas');
  await canvas.scrollIntoViewIfNeeded();
  await expect(canvas).toBeVisible();
  const box = await canvas.boundingBox();
  if (!box) throw new Error('the map has no place on the screen');
  for (const [x, y] of [...corners, corners[0] ?? [0, 0]]) {
    const [left, top] = [box.x + x * box.width, box.y + y * box.height];
    // A hand comes to a place before it presses there.
    await page.mouse.move(left - 3, top - 3);
    await page.mouse.move(left, top, { steps: 3 });
    await page.mouse.click(left, top);
  }
}
