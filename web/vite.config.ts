import { svelte } from '@sveltejs/vite-plugin-svelte';
import { playwright } from '@vitest/browser-playwright';
import type { EnvironmentOptions } from 'vite';
import { defineConfig } from 'vitest/config';
import { BUILDS, type Build } from './build/audiences.ts';
import { addresses, dress, finish, type Written } from './build/finish.ts';

const server = process.env.GEOKONTOR_SERVER ?? 'http://127.0.0.1:8080';
const proxied = [
  '/api',
  '/ogc',
  '/tiles',
  '/map/styles',
  '/map/sprites',
  '/map/glyphs',
  '/map/image.webp',
  '/health',
  '/embed.js',
];

/**
 * What several pages share: the frame around all of them, and what they have where there is something to fill in. Parts that
 * are loaded when they are shown would cut it into files that are too small to be packed well.
 */
const SHARED = [
  {
    name: 'page',
    test: /node_modules\/svelte\/|src\/(page|i18n|server)\/(?!upload)|src\/kern\/(Button|Card|Icon|Loading|icons|words)\./,
    minShareCount: 2,
  },
  // Of large forms and lists, which most pages have none of.
  { name: 'sheets', test: /src\/(table\/|form\/(Form|Fields|draft|schema)\.)/, minShareCount: 2 },
  { name: 'forms', test: /src\/(form|kern|table)\/[^/]*\.(svelte|ts)$/, minShareCount: 2 },
];

/** One graph of modules with its entries; the first of them empties the folder. */
function environment(build: Build, isFirst: boolean): EnvironmentOptions {
  const pages = Object.entries(build.pages).map(([name, { html }]) => [name, html]);
  return {
    consumer: 'client',
    build: {
      emptyOutDir: isFirst,
      copyPublicDir: isFirst,
      // MapLibre by itself: it changes seldom, and what is ours is measured without it.
      rolldownOptions: {
        input: { ...Object.fromEntries(pages), ...build.standing },
        output: {
          entryFileNames: ({ name }) => (build.standing?.[name] ? `${name}.js` : 'assets/[name]-[hash].js'),
          codeSplitting: {
            includeDependenciesRecursively: false,
            groups: [
              { name: 'maplibre', test: /node_modules\/(maplibre-gl|@maplibre)\/|src\/map\/worker\.ts$/ },
              { name: 'terra-draw', test: /node_modules\/terra-draw/ },
              ...(pages.length > 1 ? SHARED : []),
            ],
          },
        },
      },
    },
  };
}

const builds = Object.entries<Build>(BUILDS);

export default defineConfig({
  plugins: [svelte(), dress(), addresses()],
  // Absolute, so that /map and /map/ find the same files.
  base: '/',
  build: {
    target: ['chrome111', 'firefox115', 'safari16.4'],
    assetsDir: 'assets',
    // Inlined images would need data: in the policy and cannot be cached on their own.
    assetsInlineLimit: 0,
    // MapLibre alone is larger than what is warned of otherwise; our own budgets are checked in build/finish.ts.
    chunkSizeWarningLimit: 1700,
    sourcemap: false,
    modulePreload: { polyfill: false },
  },
  environments: Object.fromEntries(builds.map(([name, build], index) => [name, environment(build, index === 0)])),
  builder: {
    async buildApp(builder) {
      const written = new Map<string, readonly Written[]>();
      for (const [name] of builds) {
        const environment = builder.environments[name];
        if (!environment) throw new Error(`no environment '${name}'`);
        const output = await builder.build(environment);
        if (!('output' in output)) throw new Error(`no output of '${name}'`);
        written.set(name, output.output);
      }
      finish(builder.config.build.outDir, written);
    },
  },
  css: { preprocessorOptions: { scss: { loadPaths: ['node_modules'], quietDeps: true } } },
  server: { port: 5173, proxy: Object.fromEntries(proxied.map((path) => [path, server])) },
  test: {
    projects: [
      {
        extends: true,
        // node_modules is read for types only; no test of a rule needs a page.
        test: { name: 'rules', include: ['src/**/*.test.ts', 'build/**/*.test.ts'], environment: 'node' },
      },
      {
        extends: true,
        test: {
          name: 'elements',
          include: ['src/**/*.browser.ts'],
          browser: {
            enabled: true,
            headless: true,
            provider: playwright({
              launchOptions: { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] },
              contextOptions: { locale: 'de-DE' },
            }),
            instances: [{ browser: 'chromium' }],
            viewport: { width: 1280, height: 900 },
            screenshotFailures: false,
          },
        },
      },
    ],
  },
});
