/**
 * What a crew asks about water and what it is told, wherever the answer comes from.
 *
 * [`WaterSource`] is the socket: the server is one ([`./online`]), a store on the device may be another. Whoever answers
 * says where from and of when, because nobody may take old data for new.
 */

import type { LonLat } from '../../map/place';
import type { Near, Sureness } from '../place/certainty';
import type { Hit } from '../search/search';

export type Status = 'ready' | 'restricted' | 'unknown' | 'out_of_service';
export type Because = 'recorded' | 'outdated' | 'never_verified' | 'decommissioned' | 'ended';

/** A code with its labels; a class of numbers has bounds. */
export interface Coded {
  readonly code: string;
  readonly de: string;
  readonly en: string;
  readonly at_least?: number;
  readonly below?: number;
}

/** A place in the forms crews use. */
export interface Shown extends LonLat {
  readonly utmref: string | null;
  readonly degrees_minutes: string;
}

/** The place that was asked about. */
export interface Asked extends Shown, Partial<Sureness> {
  /** The nearest address; absent where nobody knows addresses. */
  readonly near?: Near | null;
  /** What an address was understood as. */
  readonly matched?: string | null;
}

/** The way of a hose along roads. */
export interface Route {
  /** Metres. */
  readonly distance: number;
  readonly hoses?: number;
  readonly hoses_reserve?: number;
  /** For drawing, when it was asked for. */
  readonly geometry?: { readonly type: 'LineString'; readonly coordinates: readonly (readonly [number, number])[] };
}

/** A source of water near an incident; the words of `/api/firewater/nearest`. */
export interface Source {
  readonly collection: string;
  readonly id: string;
  readonly ref?: string;
  /** What people call a lake or a pond. */
  readonly name?: string;
  readonly kind: Coded;
  /** Metres, straight. */
  readonly distance: number;
  /** Degrees clockwise from north. */
  readonly bearing: number;
  readonly usable: boolean;
  readonly status: Status;
  readonly status_because: Because;
  readonly status_reason?: string;
  /** ISO day, the last on which the state holds. */
  readonly status_until?: string;
  /** ISO day. */
  readonly status_as_of: string | null;
  readonly status_age_days: number | null;
  readonly flow_class: Coded | null;
  /** l/min. */
  readonly flow_rate: number | null;
  readonly flow_method: Coded | null;
  /** mm. */
  readonly main_diameter: number | null;
  /** m³. */
  readonly usable_volume: number | null;
  readonly inexhaustible: boolean | null;
  /** It never runs dry, and is told although others are nearer. */
  readonly unlimited?: boolean;
  readonly access_note: string | null;
  readonly position: Shown;
  readonly updated_at: string | null;
  /** Codes of what has to be carried there. */
  readonly needs?: readonly string[];
  readonly route?: Route | null;
}

/** Where an answer comes from. */
export type Origin = 'server' | 'device' | 'recent';

/** The water around a place. */
export interface Nearest {
  readonly at: Asked;
  /** What was assumed in reading the place. */
  readonly notes: readonly string[];
  /** Metres searched. */
  readonly radius: number;
  /** Usable sources that were asked for: where there are as many, there may be more. */
  readonly limit: number;
  /** Usable first, each group the nearest first: list, map and sheet number them in this order. */
  readonly sources: readonly Source[];
  /** When the data was so, ISO. */
  readonly time: string;
  readonly road_network?: boolean;
  readonly origin: Origin;
}

/** What is asked: around a place, or around what a text says. */
export interface NearestQuery {
  readonly at: LonLat | string;
  /** Metres. */
  readonly radius?: number;
  /** Usable sources; without it as many as the district says. */
  readonly limit?: number | undefined;
  /** The ways turn by turn, for drawing. */
  readonly ways?: boolean;
}

/** A source that is known by its id, and about where it is. */
export interface WaterSpot extends LonLat {
  readonly collection: string;
  readonly id: string;
}

/** Everything the public may know about one feature, in the words of its declaration. */
export interface Detail {
  readonly collection: string;
  readonly id: string;
  readonly facts: readonly Fact[];
  readonly origin: Origin;
}

/** One property, ready to be read. */
export interface Fact {
  readonly name: string;
  readonly label: string;
  readonly value: string;
}

/** Somebody who knows where water is. Rejects with [`Unanswered`], or with an `AbortError` when it is called off. */
export interface WaterSource {
  nearest(query: NearestQuery, signal: AbortSignal): Promise<Nearest>;
  detail(collection: string, id: string, signal: AbortSignal): Promise<Detail>;
  /** Where the edge of a source with an extent is nearest to a place; null for one that is a point. */
  shore(spot: WaterSpot, from: LonLat, signal: AbortSignal): Promise<LonLat | null>;
}

/** Why there is no answer: nobody was reached, or the question makes no sense. */
export class Unanswered extends Error {
  constructor(
    readonly why: 'unreachable' | 'refused',
    message: string,
    /** What to give instead, for the crew to read. */
    readonly advice: string | null = null,
    /** What a refused text may mean, best first. */
    readonly candidates: readonly Hit[] = [],
    /** Seconds after which somebody who has asked too often is answered again. */
    readonly retry = 0,
  ) {
    super(message);
    this.name = 'Unanswered';
  }
}

/** What is answered, or something else where nobody was reached. A refusal is an answer. */
export function orElse<T>(answer: Promise<T>, other: () => T | Promise<T>): Promise<T> {
  return answer.catch((error: unknown) => {
    if (error instanceof Unanswered && error.why === 'unreachable') return other();
    throw error;
  });
}
