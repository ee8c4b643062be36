/** The collections that the reader may see, as the server names them in this language. */
import type { Language } from '../i18n/language';

export interface Collection {
  readonly id: string;
  readonly title: string;
  readonly description?: string;
}

export async function collections(language: Language): Promise<readonly Collection[]> {
  const headers = { accept: 'application/json', 'accept-language': language };
  const answer = await fetch('/ogc/collections', { headers, signal: AbortSignal.timeout(10_000) });
  if (!answer.ok) throw new Error(`collections: status ${answer.status}`);
  return ((await answer.json()) as { collections: readonly Collection[] }).collections;
}
