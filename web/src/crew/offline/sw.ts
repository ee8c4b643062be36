/**
 * The service worker: keeps the program of the page, what the map is drawn with and the tiles that were seen, so that the
 * page opens without a network where it was last. What was taken along is [`./worker`]'s.
 *
 * One build is one set of files. A new build waits beside the old one until no page uses that any more, or until the
 * crew takes it (`skip-waiting`): nothing changes under an incident. It imports nothing, so that it is one plain file;
 * build/finish.ts writes the list of files into it.
 */
const scope = self as unknown as Scope;

/** The part of `ServiceWorkerGlobalScope` that is used; the library of types for pages has none of it. */
interface Scope {
  readonly location: Location;
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: string, listener: (event: Lived) => void): void;
}

interface Lived extends Event {
  readonly request: Request;
  readonly data: unknown;
  waitUntil(work: Promise<unknown>): void;
  respondWith(answer: Promise<Response>): void;
}

const BUILD = '%BUILD%';
const FILES = JSON.parse('%FILES%') as string[];
const SHELL = `geokontor-shell-${BUILD}`;
const MAP = 'geokontor-map';
const TILES = 'geokontor-tiles';
/** Tiles that are kept, some 30 MB; those seen longest ago go first, so many at a time. */
const MOST_TILES = 1_200;
const CLEARED = 100;
/** The map, and the page that asks for the PIN of a tablet. */
const PAGES = ['/map', '/map/tablet'];
/** A style that takes longer is drawn as it was. */
const PATIENCE = 3_000;

scope.addEventListener('install', (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(SHELL);
      // All or nothing: half a program is none.
      await cache.addAll(
        [...FILES, ...PAGES].map((file) => new Request(file, { cache: PAGES.includes(file) ? 'reload' : 'default' })),
      );
      for (const path of PAGES) {
        if (!(await isOurs(await cache.match(path)))) throw new Error('a page is of another build');
      }
    })(),
  );
});

scope.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      const names = await caches.keys();
      const old = names.filter((name) => name.startsWith('geokontor-shell-') && name !== SHELL);
      await Promise.all(old.map((name) => caches.delete(name)));
      await scope.clients.claim();
    })(),
  );
});

scope.addEventListener('message', (event) => {
  if (event.data === 'skip-waiting') void scope.skipWaiting();
});

scope.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== scope.location.origin) return;
  if (request.mode === 'navigate' && PAGES.includes(url.pathname)) event.respondWith(page(event, url.pathname));
  else if (url.pathname.startsWith('/assets/') || url.pathname.startsWith('/icons/')) event.respondWith(file(request));
  else if (/^\/(map\/(styles|sprites|glyphs)\/|tiles\/\w+$)/.test(url.pathname)) event.respondWith(mapFile(request));
  // Who has the district on the device asks for the tiles of now, or for none.
  else if (/^\/tiles\/\w+\/\d+\/\d+\/\d+$/.test(url.pathname) && request.cache !== 'no-store') {
    event.respondWith(tile(event));
  }
});

/** True for a page that runs the program of this build. */
async function isOurs(page: Response | undefined): Promise<boolean> {
  const html = (await page?.clone().text()) ?? '';
  const scripts = [...html.matchAll(/\/assets\/[\w.-]+\.js/g)].map(([path]) => path);
  return scripts.length > 0 && scripts.every((script) => FILES.includes(script));
}

/** The page as it was kept, whatever it is asked; what the server would say now is kept for the next time. */
async function page(event: Lived, path: string): Promise<Response> {
  const cache = await caches.open(SHELL);
  const kept = await cache.match(path);
  if (!kept) return fetch(event.request);
  const renew = async () => {
    const fresh = await fetch(path, { cache: 'no-cache' });
    if (fresh.ok && (await isOurs(fresh))) await cache.put(path, fresh);
  };
  event.waitUntil(renew().catch(() => undefined));
  return kept;
}

/** A file whose name is its content. */
async function file(request: Request): Promise<Response> {
  return (await caches.match(request, { cacheName: SHELL, ignoreVary: true })) ?? fetch(request);
}

/** What the map is drawn with: as the server has it, else as it was. */
async function mapFile(request: Request): Promise<Response> {
  const cache = await caches.open(MAP);
  const kept = await cache.match(request.url, { ignoreVary: true });
  try {
    const fresh = await fetch(request, kept ? { signal: AbortSignal.timeout(PATIENCE) } : {});
    if (fresh.ok) await cache.put(request.url, fresh.clone()).catch(() => undefined);
    return fresh.ok || !kept ? fresh : kept;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

/** A tile of now; where nobody can be reached, as it was seen last. The page says that the line is down. */
async function tile(event: Lived): Promise<Response> {
  const { request } = event;
  const cache = await caches.open(TILES);
  try {
    const fresh = await fetch(request);
    if (fresh.ok) event.waitUntil(keepTile(cache, request.url, fresh.clone()).catch(() => undefined));
    else if (fresh.status >= 500) return (await cache.match(request.url, { ignoreVary: true })) ?? fresh;
    return fresh;
  } catch (error) {
    const seen = request.signal.aborted ? undefined : await cache.match(request.url, { ignoreVary: true });
    if (seen) return seen;
    throw error;
  }
}

let kept = 0;

async function keepTile(cache: Cache, url: string, fresh: Response): Promise<void> {
  // What is put again moves to the end.
  await cache.put(url, fresh);
  if (++kept % CLEARED !== 0) return;
  const all = await cache.keys();
  await Promise.all(all.slice(0, Math.max(0, all.length - MOST_TILES)).map((old) => cache.delete(old)));
}
