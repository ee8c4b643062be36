/** What the server wants beside the files Vite writes: compressed twins, and the hashes of scripts within the pages. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';
import { BUILDS, type Build, ELEMENTS } from './audiences.ts';

/** The words of a language, which a page loads before it says anything. */
const WORDS = /^assets\/(de|en)-/;
const THEIRS = /^assets\/(maplibre|terra-draw)/;
const WORTH = /\.(m?js|css|svg|ttf|webmanifest)$/;
/** The pages whose files tablets keep, and the builds they are of. */
const KEPT = { crew: 'crew.html', tablet: 'tablet.html' } as const;

/** What is told of a file that was written. */
export interface Written {
  readonly fileName: string;
  readonly type: string;
  readonly imports?: readonly string[];
  readonly dynamicImports?: readonly string[];
}

/** Puts into a page what only its build knows. */
export function dress(): Plugin {
  return {
    name: 'geokontor-dress',
    apply: 'build',
    // The picture of the map is painted before the style sheet has come, so that stands behind it.
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle }) {
        const sheets = html.match(/ *<link rel="stylesheet"[^>]*>\n?/g) ?? [];
        const page = sheets.reduce((text, sheet) => text.replace(sheet, ''), html);
        const rest = page.includes('<!--rest-->') ? restOf(bundle ?? {}) : '';
        return page.replace('<!--style-->', sheets.join('').trim()).replace('<!--rest-->', rest);
      },
    },
  };
}

/** Shows the pages at the addresses of the server while they are worked on. */
export function addresses(): Plugin {
  const pages = [ELEMENTS, ...Object.values<Build>(BUILDS).flatMap(({ pages }) => Object.values(pages))];
  return {
    name: 'geokontor-addresses',
    apply: 'serve',
    configureServer({ middlewares }) {
      middlewares.use((request, _response, next) => {
        const path = (request.url ?? '').replace(/[?#].*$/, '');
        const page = pages.find(({ at }) => at.test(path));
        if (page) request.url = `/${page.html}`;
        next();
      });
    },
  };
}

/** Ends the build: `written` holds the files of each of its parts. */
export function finish(folder: string, written: ReadonlyMap<string, readonly Written[]>): void {
  serviceWorker(
    folder,
    Object.keys(KEPT).flatMap((name) => written.get(name) ?? []),
  );
  compress(join(folder, 'assets'));
  const hashes: string[] = [];
  for (const [name, build] of Object.entries<Build>(BUILDS)) {
    for (const [page, { html, budget, first }] of Object.entries(build.pages)) {
      const text = readPage(folder, html);
      if (text === null) continue;
      weigh(folder, page, scriptsOf(text, written.get(name) ?? []), budget);
      if (first) weigh(folder, `${page} at first`, scriptsOf(text, written.get(name) ?? [], WORDS), first);
      hashes.push([html, ...inlineScripts(text).map(hash)].join(' '));
    }
  }
  writeFileSync(join(folder, 'scripts.txt'), `${hashes.join('\n')}\n`);
}

/** The files of the drawn map, which the page asks for before its program does: data, read by the script in its head. */
function restOf(bundle: Readonly<Record<string, { readonly type: string }>>): string {
  const address = (name: string) => `/${name}`;
  const named = (pattern: RegExp) =>
    Object.keys(bundle)
      .filter((name) => pattern.test(name))
      .map(address);
  const rest = {
    modules: named(/assets\/(map|maplibre)-[\w-]+\.js$/),
    files: named(/assets\/geokontor-[\w-]+\.ttf$/),
  };
  if (rest.modules.length !== 2 || rest.files.length !== 2)
    throw new Error(`not the files of the map: ${JSON.stringify(rest)}`);
  return `<script type="application/json" id="rest">${JSON.stringify(rest)}</script>`;
}

/** Writes into the service worker what it keeps: the files of the crew map and of the page of tablets, and a name for this very set of them. */
function serviceWorker(folder: string, written: readonly Written[]): void {
  const path = join(folder, 'sw.js');
  const code = readFileSync(path, 'utf8');
  const page = Object.values(KEPT)
    .map((html) => readFileSync(join(folder, html), 'utf8'))
    .join('\n');
  const manifest = readFileSync(join(folder, 'manifest.webmanifest'), 'utf8');
  const icons = new Set((page + manifest).match(/\/icons\/[\w.-]+/g));
  const assets = written.map(({ fileName }) => `/${fileName}`).filter((name) => name.startsWith('/assets/'));
  const files = [...assets.toSorted(), ...[...icons].toSorted()];
  const build = createHash('sha256')
    .update([...files, page, code].join('\n'))
    .digest('hex')
    .slice(0, 12);
  writeFileSync(path, code.replace('%BUILD%', build).replace('%FILES%', JSON.stringify(files)));
}

function compress(folder: string): void {
  for (const name of readdirSync(folder).filter((name) => WORTH.test(name))) {
    const plain = readFileSync(join(folder, name));
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length };
    writeFileSync(join(folder, `${name}.br`), brotliCompressSync(plain, { params }));
    writeFileSync(join(folder, `${name}.gz`), gzipSync(plain, { level: 9 }));
  }
}

/**
 * Every script that a page may load in the end, and the workers of its build, which no import names. What is loaded later
 * is followed where its name is `later`.
 */
export function scriptsOf(html: string, written: readonly Written[], later = /^/): string[] {
  const byName = new Map(written.map((file) => [file.fileName, file]));
  const found = new Set<string>();
  const wanted = [...html.matchAll(/\/(assets\/[\w.-]+\.js)"/g)].map(([, name]) => name ?? '');
  wanted.push(
    ...written.filter(({ fileName }) => /^assets\/worker-[\w-]+\.js$/.test(fileName)).map((file) => file.fileName),
  );
  for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    const file = byName.get(name);
    wanted.push(...(file?.imports ?? []), ...(file?.dynamicImports ?? []).filter((name) => later.test(name)));
  }
  return [...found].filter((name) => !THEIRS.test(name));
}

/** Ends the build of a page that has become too heavy. */
function weigh(folder: string, page: string, scripts: readonly string[], budget: number): void {
  const sum = (coding: string) =>
    scripts.reduce((sum, name) => sum + statSync(join(folder, `${name}.${coding}`)).size, 0);
  const bytes = sum('gz');
  console.log(`${page}: ${bytes} bytes of own JavaScript, gzip (${sum('br')} brotli), of ${budget}`);
  if (bytes > budget) throw new Error(`${page}: own JavaScript weighs ${bytes} bytes compressed, more than ${budget}`);
}

function readPage(folder: string, html: string): string | null {
  try {
    return readFileSync(join(folder, html), 'utf8');
  } catch {
    return null;
  }
}

/** The texts of scripts without a source, which a Content Security Policy lets run by their hash alone. */
export function inlineScripts(html: string): string[] {
  return [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, text]) => text ?? '');
}

export function hash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
