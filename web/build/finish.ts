/** What the server wants beside the files Vite writes: compressed twins, and the hashes of scripts within the page. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** What our own JavaScript may weigh, compressed, MapLibre not counted: seconds on a weak network. */
const BUDGET = 150_000;
const THEIRS = /^maplibre/;
const WORTH = /\.(m?js|css|svg|ttf|webmanifest)$/;

export function finish(): Plugin {
  let folder = 'dist';
  return {
    name: 'geokontor-finish',
    apply: 'build',
    configResolved(config) {
      folder = config.build.outDir;
    },
    // The picture of the map is painted before the style sheet has come, so that stands behind it.
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle }) {
        const sheets = html.match(/ *<link rel="stylesheet"[^>]*>\n?/g) ?? [];
        const page = sheets.reduce((text, sheet) => text.replace(sheet, ''), html);
        return page.replace('<!--style-->', sheets.join('').trim()).replace('<!--rest-->', restOf(bundle ?? {}));
      },
    },
    closeBundle() {
      const assets = join(folder, 'assets');
      serviceWorker(folder);
      compress(assets);
      weigh(assets);
      const hashes = inlineScripts(readFileSync(join(folder, 'index.html'), 'utf8')).map(hash);
      writeFileSync(join(folder, 'scripts.txt'), `${hashes.join(' ')}\n`);
    },
  };
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

/** Writes into the service worker what it keeps: every file of the build, and a name for this very set of them. */
function serviceWorker(folder: string): void {
  const files = ['assets', 'icons'].flatMap((part) =>
    readdirSync(join(folder, part)).map((name) => `/${part}/${name}`),
  );
  const path = join(folder, 'sw.js');
  const code = readFileSync(path, 'utf8');
  const page = readFileSync(join(folder, 'index.html'), 'utf8');
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

/** Ends the build that has become too heavy. */
function weigh(folder: string): void {
  const own = readdirSync(folder).filter((name) => name.endsWith('.js.gz') && !THEIRS.test(name));
  const bytes = own.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  console.log(`own JavaScript: ${Math.round(bytes / 1000)} kB of ${BUDGET / 1000} kB, gzip`);
  if (bytes > BUDGET) throw new Error(`own JavaScript weighs ${bytes} bytes compressed, more than ${BUDGET}`);
}

/** The texts of scripts without a source, which a Content Security Policy lets run by their hash alone. */
export function inlineScripts(html: string): string[] {
  return [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, text]) => text ?? '');
}

export function hash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
