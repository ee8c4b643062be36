/** Installs the service worker, and tells when a new version of the page waits to be taken. */

export class Update {
  /** A new version is there; it is taken when the crew says so, or when no page is open any more. */
  waiting = $state(false);
  #worker: ServiceWorker | null = null;

  /** To be called when the page has drawn what is urgent. */
  async install(): Promise<void> {
    if (!('serviceWorker' in navigator) || import.meta.env.DEV) return;
    const registration = await navigator.serviceWorker.register('/sw.js', { scope: '/map', updateViaCache: 'none' });
    const look = (worker: ServiceWorker | null) => {
      worker?.addEventListener('statechange', () => this.#look(worker));
      if (worker) this.#look(worker);
    };
    look(registration.waiting);
    registration.addEventListener('updatefound', () => look(registration.installing));
    // A page that stays open for days hears of a new version, too.
    setInterval(() => void registration.update().catch(() => undefined), 3_600_000);
  }

  #look(worker: ServiceWorker): void {
    // The first one to be installed replaces nothing.
    if (worker.state !== 'installed' || !navigator.serviceWorker.controller) return;
    this.#worker = worker;
    this.waiting = true;
  }

  /** Opens the new version on the same incident, which lasts as long as the page's entry in the history. */
  take(): void {
    navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
    this.#worker?.postMessage('skip-waiting');
  }
}
