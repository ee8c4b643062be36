/** What the page was opened with: what the server wrote into it, and what its address asks for. */
import type { Language } from '../i18n/language.svelte';
import type { Early } from '../water/online';

/** The block the server puts into the page. A page from a cache may have none. */
export interface Boot {
  readonly district: {
    readonly name: string;
    readonly bounds: readonly [number, number, number, number];
    /** Of a fix, metres: one that may be off by more is asked about. */
    readonly position_accuracy_m?: number;
  } | null;
}

/** What the address asks for. */
export interface Asked {
  readonly at: string | null;
  readonly text: string;
  readonly language: Language | null;
}

declare global {
  /** Requests begun by the script in the page's head, before this code had arrived. */
  var geokontorEarly: Early | undefined;
}

export function boot(): Boot {
  try {
    const text = document.getElementById('boot')?.textContent;
    if (text) return JSON.parse(text) as Boot;
  } catch {
    // A broken block is no reason to show nothing.
  }
  return { district: null };
}

export function asked(query: string): Asked {
  const parameters = new URLSearchParams(query);
  const at = parameters.get('at')?.trim();
  const language = parameters.get('lang');
  return {
    at: at ? at : null,
    text: (parameters.get('text') ?? '').trim().slice(0, 300),
    language: language === 'de' || language === 'en' ? language : null,
  };
}
