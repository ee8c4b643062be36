/** What the district reckons with, from `/api/firewater/settings`; a server without it leaves the defaults. */
import type { Server } from '../live/server.svelte';
import { DEFAULT_HOSES, type HoseSettings } from './hoses';

interface Raw {
  readonly hose?: { readonly length?: unknown; readonly reserve?: unknown; readonly at_hand?: unknown };
}

const KEPT = 'geokontor.hoses';

export async function fetchSettings(server: Server): Promise<HoseSettings | null> {
  try {
    const answer = await server.get('/api/firewater/settings');
    if (!answer.ok) return null;
    const raw = (await answer.json()) as Raw;
    localStorage.setItem(KEPT, JSON.stringify(raw));
    return readSettings(raw);
  } catch {
    return keptSettings();
  }
}

/** The district's numbers as they were when the server was last asked. */
function keptSettings(): HoseSettings | null {
  try {
    const raw = JSON.parse(localStorage.getItem(KEPT) ?? 'null') as Raw | null;
    return raw && readSettings(raw);
  } catch {
    return null;
  }
}

/** Only numbers that can be reckoned with are taken. */
export function readSettings({ hose = {} }: Raw): HoseSettings {
  const positive = (value: unknown, otherwise: number) =>
    typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : otherwise;
  return {
    length: positive(hose.length, DEFAULT_HOSES.length),
    reserve: Math.max(1, positive(hose.reserve, DEFAULT_HOSES.reserve)),
    atHand: positive(hose.at_hand, DEFAULT_HOSES.atHand),
  };
}
