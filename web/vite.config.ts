import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { finish } from './build/finish.ts';

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

export default defineConfig({
  plugins: [svelte(), finish()],
  // Absolute, so that /map and /map/ find the same files.
  base: '/',
  build: {
    target: ['chrome111', 'firefox115', 'safari16.4'],
    assetsDir: 'assets',
    // Inlined images would need data: in the policy and cannot be cached on their own.
    assetsInlineLimit: 0,
    // MapLibre alone is larger than what is warned of otherwise; our own budget is checked in build/finish.ts.
    chunkSizeWarningLimit: 1200,
    sourcemap: false,
    modulePreload: { polyfill: false },
    // MapLibre by itself: it changes seldom, and what is ours is measured without it.
    rolldownOptions: {
      // The service worker is a file of its own at an address that stays.
      input: { index: 'index.html', embed: 'embed.html', sw: 'src/offline/sw.ts' },
      output: {
        entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
        codeSplitting: {
          groups: [{ name: 'maplibre', test: /node_modules\/(maplibre-gl|@maplibre)\/|src\/map\/worker\.ts$/ }],
        },
      },
    },
  },
  css: { preprocessorOptions: { scss: { loadPaths: ['node_modules'], quietDeps: true } } },
  server: { port: 5173, proxy: Object.fromEntries(proxied.map((path) => [path, server])) },
  // node_modules is read for types only; no test needs a page.
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
});
