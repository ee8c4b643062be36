/**
 * What a crew is doing: where the incident is, which water is near, what is being looked at.
 *
 * All parts of the page read this and nothing else of one another. It knows the sockets for water and search, not who
 * is behind them, and neither map nor elements.
 */

import { distance, type LonLat } from '../../map/place';
import type { Change } from '../live/events';
import { doubt, EXACT, type Sureness } from '../place/certainty';
import { fullName, type Hit, isWater, meant, type Search } from '../search/search';
import { Around } from '../water/around.svelte';
import { DEFAULT_HOSES, type HoseSettings } from '../water/hoses';
import { type Asked, Unanswered, type WaterSource } from '../water/source';
import { Looking } from './looking.svelte';

/** A place that may become the incident, and how it came to be known. */
export interface Found extends Sureness {
  readonly at: LonLat;
  /** What it is called: an address, a street, a village; empty for a tap and a coordinate. */
  readonly label: string;
  readonly by: 'alarm' | 'search' | 'tap' | 'position';
}

/** Where help is needed. */
export interface Incident extends Found {
  /** What the alarm says. */
  readonly text: string;
}

/** A place that becomes the incident only when the crew says so. */
export interface Question {
  /** It would move an incident that nobody has tapped; or a fix is worse than the district takes. */
  readonly why: 'moves' | 'inaccurate';
  readonly place: Found;
  /** The place in words, as soon as they are known. */
  readonly asked: Asked | null;
}

/** An alarm whose place nobody understood. */
export interface Unplaced {
  readonly at: string;
  readonly text: string;
  /** It is a coordinate that leaves too much open to go there. */
  readonly tooCoarse: boolean;
  /** What the place may be meant for, best first. */
  readonly hits: readonly Hit[];
}

/** So many places are offered for one that was not understood. */
const MEANT = 5;
/** Of a fix, where the district has said nothing, metres. */
const ACCURACY = 50;
/** Changes often come in flocks; the list is asked for once. */
const FLOCK = 300;

export class Crew {
  /** The list. */
  readonly around: Around;
  readonly looking: Looking;
  incident = $state.raw<Incident | null>(null);
  question = $state.raw<Question | null>(null);
  unplaced = $state.raw<Unplaced | null>(null);
  hoses = $state.raw<HoseSettings>(DEFAULT_HOSES);
  /** Of a fix, metres: one that may be off by more is asked about before it is taken. */
  accuracy = $state(ACCURACY);
  /** Metres around the incident in which it may be; null where its place is known. */
  readonly doubt = $derived(this.incident && doubt(this.incident, this.accuracy));
  /** There is something to be said of where the incident is, or to be asked. */
  readonly barred = $derived(this.incident !== null || this.question !== null || Boolean(this.unplaced?.text));

  /** Where the incident was before it was moved, for taking that back. */
  previous = $state.raw<Incident | null>(null);
  #seeking: AbortController | null = null;
  #flock: ReturnType<typeof setTimeout> | undefined;
  /** An alarm whose place is not known yet. */
  #alarm: { readonly at: string; readonly text: string } | null = null;

  constructor(
    readonly water: WaterSource,
    private readonly search: Search,
  ) {
    this.around = new Around(water);
    this.looking = new Looking(water, this.around, () => this.incident?.at ?? null);
  }

  /** The incident is there; asks for the water around it. */
  async setIncident(place: Found, text = this.#wordsFor(place)): Promise<void> {
    this.previous = this.incident;
    this.incident = { ...place, at: { lon: place.at.lon, lat: place.at.lat }, text };
    this.question = null;
    this.unplaced = null;
    this.#seeking?.abort();
    this.looking.list();
    await this.around.begin(place.at);
  }

  /** An alarm that had no place yet keeps its words, and so does one whose place has only become known better. */
  #wordsFor({ at }: Found): string {
    const { incident, doubt } = this;
    const isBetter = incident !== null && doubt !== null && distance(incident.at, at) <= doubt;
    return this.unplaced || isBetter ? this.#words : '';
  }

  /** What the alarm says that is open. */
  get #words(): string {
    return this.unplaced?.text ?? this.incident?.text ?? '';
  }

  /** A place that was tapped becomes the incident: at once, or when the crew has said so, where it would move an alarm. */
  async tap(at: LonLat, sureness: Sureness = EXACT): Promise<void> {
    const place: Found = { at, label: '', by: 'tap', ...sureness };
    if (this.incident && this.incident.by !== 'tap') await this.#confirm(place, 'moves');
    else await this.setIncident(place);
  }

  /** The crew stands at the incident; true if its fix is good enough to be taken without a word. */
  fixed(at: LonLat, accuracy: number): boolean {
    const place: Found = { at, label: '', by: 'position', certainty: 'position', radius: Math.ceil(accuracy) };
    const isGood = doubt(place, this.accuracy) === null;
    if (isGood) void this.setIncident(place, this.#words);
    else void this.#confirm(place, 'inaccurate');
    return isGood;
  }

  /** Asks the crew, and meanwhile what the place is called. */
  async #confirm(place: Found, why: Question['why']): Promise<void> {
    const question: Question = { why, place, asked: null };
    this.question = question;
    const { signal } = this.#seek();
    const near = await this.water.nearest({ at: place.at, radius: 1, limit: 1 }, signal).catch(() => null);
    if (near && this.question === question) this.question = { ...question, asked: near.at };
  }

  /** Yes: the place that was asked about becomes the incident. Who moves an alarm keeps its words. */
  async accept(): Promise<void> {
    const { question } = this;
    if (question) await this.setIncident(question.place, this.#words);
  }

  decline(): void {
    this.question = null;
  }

  /** The incident is where a text says: an alarm's coordinate or address, else what the search knows by it. */
  async openAlarm(at: string, text: string): Promise<void> {
    this.looking.list();
    this.#alarm = { at, text };
    await this.around.ask(at);
    const there = this.around.nearest?.at;
    if (there) {
      const { certainty = 'exact', radius = null, matched } = there;
      this.incident = {
        at: { lon: there.lon, lat: there.lat },
        text,
        label: matched ?? '',
        certainty,
        radius,
        by: 'alarm',
      };
    } else if (this.around.refusal) await this.#choose(at, text, this.around.refusal.candidates);
  }

  /** Goes on with an incident of an earlier visit. */
  async resume(incident: Incident): Promise<void> {
    this.incident = incident;
    await this.around.ask(incident.at);
  }

  /** What the place of an alarm may mean is left to the crew; where nobody has said it, what the search knows by it. */
  async #choose(at: string, text: string, candidates: readonly Hit[]): Promise<void> {
    if (candidates.length > 0) {
      this.unplaced = { at, text, tooCoarse: false, hits: candidates.slice(0, MEANT) };
      return;
    }
    let tooCoarse = false;
    const hits = await this.search.search(at, null, new AbortController().signal).catch((error: unknown) => {
      tooCoarse = error instanceof Unanswered && error.why === 'refused';
      return [];
    });
    if (this.incident) return;
    const hit = meant(hits, at);
    if (hit) await this.setIncident({ ...placeOf(hit), by: 'alarm' }, text);
    else this.unplaced = { at, text, tooCoarse, hits: hits.slice(0, MEANT) };
  }

  /** Takes the last move of the incident back. */
  async undo(): Promise<void> {
    const previous = this.previous;
    if (!previous) return;
    await this.setIncident(previous, previous.text);
    this.previous = null;
  }

  /** A found place becomes the incident; a found source of water is looked at, and the incident stays where it is. */
  async take(hit: Hit): Promise<void> {
    if (isWater(hit)) await this.looking.look(hit, hit.label);
    else await this.setIncident(placeOf(hit));
  }

  /**
   * The place that a text names without doubt becomes the incident; false, and what it may mean, where there is none. Asked of
   * whoever takes the texts of alarms, so that both are understood alike.
   */
  async takeText(text: string): Promise<true | readonly Hit[]> {
    try {
      const { at } = await this.water.nearest({ at: text, radius: 1, limit: 1 }, this.#seek().signal);
      const { certainty = 'exact', radius = null, matched } = at;
      await this.setIncident({ at, label: matched ?? '', by: 'search', certainty, radius });
      return true;
    } catch (error) {
      return error instanceof Unanswered ? error.candidates : [];
    }
  }

  #seek(): AbortController {
    this.#seeking?.abort();
    this.#seeking = new AbortController();
    return this.#seeking;
  }

  /** Asks again for what is shown, or for what could not be had. */
  async again(): Promise<void> {
    const { around } = this;
    if (this.incident) await around.ask(this.incident.at, around.phase === 'answered');
    else if (this.#alarm && around.phase === 'failed' && !around.refusal)
      await this.openAlarm(this.#alarm.at, this.#alarm.text);
  }

  /** Something changed in the register: the list follows if it may be concerned. */
  changed(change: Change): void {
    if (this.incident && this.around.concerns(change, this.incident.at)) this.#askSoon();
  }

  /** Changes were missed. */
  missed(): void {
    this.#askSoon();
  }

  #askSoon(): void {
    clearTimeout(this.#flock);
    this.#flock = setTimeout(() => void this.again(), FLOCK);
  }
}

function placeOf(hit: Hit): Found {
  const { lon, lat, kind, certainty, radius } = hit;
  return { at: { lon, lat }, label: kind === 'coordinate' ? '' : fullName(hit), by: 'search', certainty, radius };
}
