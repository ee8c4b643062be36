/** Every element in a browser: what axe finds, what a keyboard reaches, what is said of faults. */
import axe from 'axe-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { tongue } from '../i18n/words.svelte';
import '../kern/kern.scss';
import '../page/page.scss';
import Elements from './Elements.svelte';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

async function show(language: 'de' | 'en', theme: 'light' | 'dark', width = 1280): Promise<void> {
  document.documentElement.dataset.kernTheme = theme;
  await page.viewport(width, 900);
  await tongue.speak(language);
  await render(Elements);
}

afterEach(() => {
  document.documentElement.style.fontSize = '';
});

describe.each(['de', 'en'] as const)('in %s', (language) => {
  it.each(['light', 'dark'] as const)('axe finds nothing, %s', async (theme) => {
    await show(language, theme);
    const { violations } = await axe.run(document.body, { runOnly: { type: 'tag', values: TAGS } });
    const told = violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`,
    );
    expect(told).toEqual([]);
  });
});

it.each([
  [390, 100],
  [390, 200],
  [1280, 200],
])('nothing lies beside the page at %i pixels and letters of %i percent', async (width, letters) => {
  document.documentElement.style.fontSize = `${letters}%`;
  await show('de', 'light', width);
  const beyond = [...document.querySelectorAll('body *')].filter((each) => {
    const scrolled = each.closest('.big-table, .kern-table-responsive, dialog, .skip, .kern-sr-only');
    return !scrolled && each.getBoundingClientRect().right > innerWidth + 1;
  });
  expect(beyond.map((each) => each.outerHTML.slice(0, 160))).toEqual([]);
});

it('the fields of a form fill its dialog on a phone', async () => {
  await show('de', 'light', 390);
  await page.getByRole('button', { name: 'Dialog öffnen' }).click();
  const field = page.getByRole('textbox', { name: /^Grund/ }).element();
  const body = field.closest<HTMLElement>('.kern-dialog__body');
  const { paddingLeft, paddingRight } = getComputedStyle(body as HTMLElement);
  const room = (body as HTMLElement).clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
  expect(field.getBoundingClientRect().width).toBeCloseTo(room, 0);
});

describe('by keyboard', () => {
  beforeEach(() => show('de', 'light'));

  it('tabs are gone through by arrows', async () => {
    (page.getByRole('tab', { name: 'Erste' }).element() as HTMLElement).focus();
    await userEvent.keyboard('{ArrowRight}');
    await expect.element(page.getByRole('tab', { name: 'Zweite' })).toHaveFocus();
    await expect.element(page.getByText('Das Zweite.')).toBeVisible();
    await userEvent.keyboard('{ArrowRight}');
    await expect.element(page.getByRole('tab', { name: 'Erste' })).toHaveFocus();
  });

  it('a dialog keeps the focus and gives it back', async () => {
    const button = page.getByRole('button', { name: 'Dialog öffnen' });
    (button.element() as HTMLElement).focus();
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByRole('dialog', { name: 'Wirklich löschen?' })).toBeVisible();
    await userEvent.keyboard('{Escape}');
    await expect.element(button).toHaveFocus();
  });

  it('100,000 rows are gone through, sorted and opened, and few of them are there', async () => {
    const grid = page.getByRole('grid', { name: 'Hydranten' });
    const box = grid.element() as HTMLElement;
    const rows = () => box.querySelectorAll('[role=row]').length;
    await expect.element(grid).toHaveAttribute('aria-rowcount', '100001');
    expect(rows()).toBeLessThan(60);

    (page.getByRole('button', { name: 'Nummer' }).element() as HTMLElement).focus();
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByRole('columnheader', { name: 'Nummer' })).toHaveAttribute('aria-sort', 'ascending');
    box.focus();
    await userEvent.keyboard('{End}');
    await expect
      .poll(() => document.getElementById(box.getAttribute('aria-activedescendant') ?? '')?.textContent)
      .toContain('LOS-100000');
    expect(rows()).toBeLessThan(60);
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByText('LOS-100000 geöffnet')).toBeVisible();
  });

  it('columns are chosen, and the last one stays', async () => {
    await page.getByRole('button', { name: /Spalten.*Hydranten/ }).click();
    const dialog = page.getByRole('dialog', { name: 'Spalten wählen' });
    await dialog.getByRole('checkbox', { name: 'Kennung' }).click();
    await dialog.getByRole('checkbox', { name: 'Bauart' }).click();
    await dialog.getByRole('button', { name: 'Fertig' }).click();
    const heads = () => [...document.querySelectorAll('[role=columnheader]')].map((each) => each.textContent?.trim());
    await expect.poll(heads).toEqual(['Nummer', 'Leistung (m³/h)', 'Kennung']);
  });
});

describe('a form', () => {
  beforeEach(() => show('de', 'light'));

  it('names what cannot be sent and leads to the field', async () => {
    const flow = page.getByRole('textbox', { name: /^Leistung/ });
    await flow.fill('1.500,5');
    await page.getByRole('button', { name: 'Speichern' }).last().click();
    const summary = page.getByRole('alert').filter({ hasText: 'Angaben fehlen oder sind falsch' });
    await expect.element(summary).toHaveFocus();
    await summary.getByRole('link', { name: /Leistung: Das ist keine Zahl/ }).click();
    await expect.element(flow).toHaveFocus();
    await expect.element(flow).toHaveAttribute('aria-invalid', 'true');
  });

  it('shows the faults of the server at their fields, and the others at its top', async () => {
    await page.getByRole('combobox', { name: 'Bauart' }).last().selectOptions('pillar');
    await page.getByRole('button', { name: 'Speichern' }).last().click();
    const flow = page.getByRole('textbox', { name: /^Leistung/ });
    await expect.element(flow).toHaveAccessibleDescription(/Die Leistung ist höher, als der Hydrant geben kann/);
    const summary = page.getByRole('alert').filter({ hasText: '2 Angaben' });
    await expect.element(summary.getByRole('link', { name: /Die Leistung ist höher/ })).toBeVisible();
    await expect.element(summary.getByText('Der Ort liegt außerhalb des Landkreises.')).toBeVisible();
  });

  it('has entries that come and go', async () => {
    const add = page.getByRole('button', { name: /Eintrag hinzufügen.*Messungen/ });
    await add.click();
    await expect.element(page.getByRole('group', { name: 'Messungen: Eintrag 2' })).toBeVisible();
    await expect.element(add).not.toBeInTheDocument();
    await page.getByRole('button', { name: 'Eintrag entfernen' }).first().click();
    await expect.element(page.getByRole('group', { name: 'Messungen: Eintrag 2' })).not.toBeInTheDocument();
    await expect.element(page.getByRole('textbox', { name: /^Druck/ })).toHaveValue('');
  });
});
