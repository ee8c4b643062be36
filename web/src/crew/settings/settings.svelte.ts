/** What a crew has chosen on this device, and the view it last had. Kept in the browser; losing it harms nothing. */
import { type Language, preferred, speech } from '../words/speech.svelte';

export type Theme = 'auto' | 'day' | 'night';
export type Side = 'left' | 'right';

/** Where the map was. */
export interface View {
  readonly lon: number;
  readonly lat: number;
  readonly zoom: number;
}

const CHOICES = 'geokontor.crew';
/** Also read by the script in the page's head, which draws the first map. */
const VIEW = 'geokontor.view';

interface Choices {
  theme?: Theme;
  side?: Side;
  language?: Language;
  wake?: boolean;
  hidden?: string[];
}

export class Settings {
  theme = $state<Theme>('auto');
  side = $state<Side>('right');
  wake = $state(true);
  /** Names of layers that are switched off. */
  hidden = $state<string[]>([]);

  constructor(asked: Language | null) {
    const chosen = read<Choices>(CHOICES) ?? {};
    if (chosen.theme === 'day' || chosen.theme === 'night') this.theme = chosen.theme;
    if (chosen.side === 'left') this.side = 'left';
    if (chosen.wake === false) this.wake = false;
    if (Array.isArray(chosen.hidden)) this.hidden = chosen.hidden.filter((name) => typeof name === 'string');
    speech.language = asked ?? chosen.language ?? preferred(navigator.languages);
  }

  /** Keeps the choices; called by whoever changes one. */
  keep(): void {
    const { theme, side, wake, hidden } = this;
    write(CHOICES, { theme, side, wake, hidden, language: speech.language });
  }

  toggle(layer: string): void {
    this.hidden = this.hidden.includes(layer) ? this.hidden.filter((name) => name !== layer) : [...this.hidden, layer];
    this.keep();
  }
}

/** The view of the last visit. */
export function lastView(): View | null {
  const view = read<View>(VIEW);
  return view && [view.lon, view.lat, view.zoom].every((number) => Number.isFinite(number)) ? view : null;
}

export function keepView(view: View): void {
  write(VIEW, view);
}

/** Storage may be refused, full or rubbish: then nothing was kept. */
function read<T>(key: string): T | null {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null') as T | null;
  } catch {
    return null;
  }
}

function write(key: string, value: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Private windows refuse; the page works without.
  }
}
