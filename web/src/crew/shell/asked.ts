/** What the address of the crew map asks for, and what the script in the page's head has begun. */
import type { Language } from '../../i18n/language';
import type { Early } from '../water/online';

export interface Asked {
  readonly at: string | null;
  readonly text: string;
  readonly language: Language | null;
}

declare global {
  /** Requests begun by the script in the page's head, before this code had arrived. */
  var geokontorEarly: Early | undefined;
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
