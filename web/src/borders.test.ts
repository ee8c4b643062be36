/** The borders of the web part: which folder may import which. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';

/** What audiences share, in the order in which it builds on one another. */
const SHARED = ['i18n', 'map', 'draw', 'server', 'photo', 'kern', 'form', 'table', 'page'];
/** One folder an audience. None imports from another. */
const AUDIENCES = ['crew', 'embed', 'portal', 'account', 'administration', 'desk', 'elements', 'tablet'];
/** What the crew map takes of the shared folders: no change of a form may make a tablet update. */
const OF_THE_CREW = ['i18n', 'map', 'server', 'photo'];

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(ts|svelte)$/.test(name))
  .map((name) => name.replaceAll('\\', '/'));

const folderOf = (file: string) => file.split('/')[0] ?? '';

function importsOf(file: string): string[] {
  const text = readFileSync(join('src', file), 'utf8');
  const named = text.matchAll(/(?:from|import|import\(|new URL\()\s*['"](\.[^'"]+)['"]/g);
  return [...named].map(([, path]) => normalize(join(dirname(file), path ?? '')).replaceAll('\\', '/'));
}

function mayImport(from: string, to: string): boolean {
  if (from === to || to === '..') return true;
  if (!SHARED.includes(to)) return false;
  if (from === 'crew' || from === 'tablet') return OF_THE_CREW.includes(to);
  return AUDIENCES.includes(from) || SHARED.indexOf(to) < SHARED.indexOf(from);
}

test('every folder is an audience or shared', () => {
  const folders = new Set(files.filter((file) => file.includes('/')).map(folderOf));
  expect([...folders].filter((folder) => !SHARED.includes(folder) && !AUDIENCES.includes(folder))).toEqual([]);
});

test('audiences import nothing from one another, and shared folders only those before them', () => {
  const crossed = files
    .filter((file) => file.includes('/'))
    .flatMap((file) => importsOf(file).map((to) => [file, to] as const))
    .filter(([file, to]) => !mayImport(folderOf(file), folderOf(to)))
    .map(([file, to]) => `${file} → ${to}`);
  expect(crossed).toEqual([]);
});
