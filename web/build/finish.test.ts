import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { finish, hash, scriptsOf, type Written } from './finish.ts';

const chunk = (fileName: string, imports: string[] = [], dynamicImports: string[] = []): Written => ({
  fileName,
  type: 'chunk',
  imports,
  dynamicImports,
});

describe('the end of the build', () => {
  let folder: string;
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'geokontor-'));
    mkdirSync(join(folder, 'assets'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Lays down a build in which the portal has this program, and ends it. */
  function build(portal: string): void {
    const name = `assets/portal-${portal}.js`;
    write('manifest.webmanifest', '{"icons":[{"src":"/icons/water.png"}]}');
    write('sw.js', "const BUILD = '%BUILD%'; const FILES = JSON.parse('%FILES%');");
    write('crew.html', '<script>first()</script><script src="/assets/crew-1.js"></script>');
    write('tablet.html', '<script src="/assets/tablet-1.js"></script>');
    write('portal.html', `<script>look()</script><script src="/${name}"></script>`);
    write('assets/crew-1.js', 'crew()');
    write('assets/maplibre-1.js', 'map()');
    write('assets/tablet-1.js', 'tablet()');
    write(name, portal);
    const crew = [chunk('assets/crew-1.js', ['assets/maplibre-1.js']), chunk('assets/maplibre-1.js'), chunk('sw.js')];
    finish(
      folder,
      new Map([
        ['crew', crew],
        ['tablet', [chunk('assets/tablet-1.js')]],
        ['pages', [chunk(name)]],
      ]),
    );
  }

  it('leaves the service worker as it was when another page has changed', () => {
    build('one');
    const before = read('sw.js');
    build('two');
    expect(read('sw.js')).toBe(before);
    expect(before).toContain('["/assets/crew-1.js","/assets/maplibre-1.js","/assets/tablet-1.js","/icons/water.png"]');
    expect(before).not.toContain('portal');
  });

  it('allows each page the scripts within it and those of no other', () => {
    build('one');
    expect(read('scripts.txt')).toBe(`crew.html ${hash('first()')}\ntablet.html\nportal.html ${hash('look()')}\n`);
  });

  it('weighs what a page may load in the end, and MapLibre never', () => {
    const written = [
      chunk('assets/a.js', ['assets/b.js'], ['assets/c.js']),
      chunk('assets/b.js'),
      chunk('assets/c.js', ['assets/maplibre-1.js', 'assets/b.js']),
      chunk('assets/maplibre-1.js'),
      chunk('assets/worker-1.js'),
      chunk('assets/other.js'),
    ];
    const scripts = scriptsOf('<script type="module" src="/assets/a.js"></script>', written);
    expect(scripts.toSorted()).toEqual(['assets/a.js', 'assets/b.js', 'assets/c.js', 'assets/worker-1.js']);
  });

  it('weighs what a page loads at first without the parts that are loaded when they are shown', () => {
    const written = [
      chunk('assets/a.js', ['assets/b.js'], ['assets/de-1.js', 'assets/part.js']),
      chunk('assets/b.js'),
      chunk('assets/de-1.js'),
      chunk('assets/part.js', ['assets/c.js']),
      chunk('assets/c.js'),
    ];
    const scripts = scriptsOf('<script type="module" src="/assets/a.js"></script>', written, /^assets\/de-/);
    expect(scripts.toSorted()).toEqual(['assets/a.js', 'assets/b.js', 'assets/de-1.js']);
  });
});
