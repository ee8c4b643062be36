/** How far it is to a source, by which way, and how many hoses that takes: one answer for list, sheet and map. */
import { type HoseSettings, hoses } from './hoses';
import type { Source } from './source';

export interface Way {
  readonly by: 'road' | 'line';
  /** Metres. */
  readonly metres: number;
  readonly straight: number;
  /** It is at least twice as far by road: whoever gets across there saves most of the hoses. */
  readonly across: boolean;
  /** B hoses, with the reserve. */
  readonly hoses: number;
  /** The engine can stand at the water: told of hydrants alone, as many a shore is reached on foot. */
  readonly atHand: boolean;
}

/** The server's way by road where it has one, else the straight line. */
export function wayTo(source: Source, settings: HoseSettings): Way {
  const { route, distance: straight } = source;
  const metres = route ? route.distance : straight;
  return {
    by: route ? 'road' : 'line',
    metres,
    straight,
    across: route != null && straight >= 1 && route.distance >= 2 * straight,
    hoses: route?.hoses_reserve ?? hoses(metres, settings).withReserve,
    atHand: source.collection === 'hydrants' && metres <= settings.atHand,
  };
}
