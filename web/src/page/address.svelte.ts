/**
 * The address is the state of a page (History API): what is shown can be linked to, gone back from and opened in another
 * window. Knows no domain.
 */

class Address {
  #url = $state.raw(new URL(location.href));

  constructor() {
    addEventListener('popstate', () => this.#read());
  }

  /** Without a slash at its end. */
  get path(): string {
    return this.#url.pathname.replace(/(.)\/+$/, '$1');
  }

  get query(): URLSearchParams {
    return this.#url.searchParams;
  }

  /** Shows another view of this page; the way back leads here. */
  go(to: string): void {
    history.pushState(null, '', to);
    this.#read();
  }

  /** What is shown now has this address; the way back does not pass here again. */
  become(to: string): void {
    history.replaceState(null, '', to);
    this.#read();
  }

  /** Sets parameters of the query in place; null removes one. */
  set(parameters: Readonly<Record<string, string | null>>): void {
    const url = new URL(this.#url);
    for (const [name, value] of Object.entries(parameters)) {
      if (value === null || value === '') url.searchParams.delete(name);
      else url.searchParams.set(name, value);
    }
    this.become(url.pathname + url.search);
  }

  #read(): void {
    this.#url = new URL(location.href);
  }
}

export const address = new Address();

/** Lets links to addresses that this page shows itself change the address only. Returns how to end it. */
export function followLinks(isOurs: (path: string) => boolean): () => void {
  const follow = (event: MouseEvent) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (!link || !isPlain || event.defaultPrevented || link.target || link.hasAttribute('download')) return;
    const url = new URL(link.href);
    if (url.origin !== location.origin || !isOurs(url.pathname) || url.hash) return;
    event.preventDefault();
    address.go(url.pathname + url.search);
  };
  document.addEventListener('click', follow);
  return () => document.removeEventListener('click', follow);
}
