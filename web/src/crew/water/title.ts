/** What a source is called: the name of a lake first, as people on scene know it, then its kind and its number. */
import type { Language } from '../words/speech.svelte';
import type { Source } from './source';

export interface Title {
  readonly first: string;
  /** In the type of numbers that are read out letter by letter. */
  readonly ref: string | null;
  readonly kind: string | null;
}

export function titleOf(source: Source, language: Language): Title {
  const kind = source.kind[language];
  const ref = source.ref ?? null;
  return source.name ? { first: source.name, ref, kind } : { first: kind, ref, kind: null };
}

/** The shortest that tells it from the others. */
export function shortOf(source: Source, language: Language): string {
  return source.ref ?? source.name ?? source.kind[language];
}
