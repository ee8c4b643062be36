/**
 * What a crew is doing: where the incident is, which water is near, what is being looked at.
 *
 * All parts of the page read this and nothing else of one another. It knows the sockets for water and search, not who
 * is behind them, and neither map nor elements.
 */
import type { Change } from '../live/events';
import { doubt, EXACT, type Sureness } from '../place/certainty';
import { bearing, distance, isPlace, type LonLat } from '../place/place';
import { fullName, type Hit, isWater, meant, type Search, surenessOf } from '../search/search';
import { DEFAULT_HOSES, type HoseSettings } from '../water/hoses';
import {
  type Asked,
  type Nearest,
  type Route,
  type Source,
  Unanswered,
  type WaterSource,
  type WaterSpot,
} from '../water/source';

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

/** What the panel shows. */
export type View = 'list' | 'detail' | 'relay' | 'menu';

export const RADIUS = 2_000;
const WIDER: readonly number[] = [2_000, 5_000, 15_000];
/** Usable sources that are asked for at most. */
const MOST = 64;
/** Milliseconds after an answer: its list is painted before more is asked for. */
const PAINTED = 100;
/** So many places are offered for one that was not understood. */
const MEANT = 5;
/** Of a fix, where the district has said nothing, metres. */
const ACCURACY = 50;
/** Metres around a source that is looked for in which it is told. */
const SPOT = 50;
/** Changes often come in flocks; the list is asked for once. */
const FLOCK = 300;

export class Crew {
  incident = $state.raw<Incident | null>(null);
  question = $state.raw<Question | null>(null);
  nearest = $state.raw<Nearest | null>(null);
  phase = $state<'idle' | 'asking' | 'answered' | 'failed'>('idle');
  unplaced = $state.raw<Unplaced | null>(null);
  radius = $state(RADIUS);
  /** The ways of the hoses turn by turn, by source: for the map, which can wait for them. */
  ways = $state.raw<ReadonlyMap<string, Route['geometry']>>(new Map());
  selected = $state.raw<Source | null>(null);
  view = $state<View>('list');
  /** A source that is looked for to be looked at, by its name; whether it could not be had. */
  sought = $state.raw<{ readonly label: string; readonly failed: boolean } | null>(null);
  /** Counts the times the list changed under the crew's eyes. */
  changes = $state(0);
  hoses = $state.raw<HoseSettings>(DEFAULT_HOSES);
  /** There may be more than are listed. */
  readonly hasMore = $derived.by(() => {
    const { limit, sources } = this.nearest ?? { limit: MOST, sources: [] };
    return limit < MOST && sources.filter((source) => source.usable).length >= limit;
  });
  /** Of a fix, metres: one that may be off by more is asked about before it is taken. */
  accuracy = $state(ACCURACY);
  /** Metres around the incident in which it may be; null where its place is known. */
  readonly doubt = $derived(this.incident && doubt(this.incident, this.accuracy));
  /** There is something to be said of where the incident is, or to be asked. */
  readonly barred = $derived(this.incident !== null || this.question !== null || Boolean(this.unplaced?.text));
  readonly nextRadius = $derived(WIDER.find((radius) => radius > this.radius) ?? null);

  /** Where the incident was before it was moved, for taking that back. */
  previous = $state.raw<Incident | null>(null);
  #asking: AbortController | null = null;
  #seeking: AbortController | null = null;
  #flock: ReturnType<typeof setTimeout> | undefined;
  /** Usable sources that are asked for; nothing: as many as the district says, so that list, map and sheet are the same. */
  #limit: number | undefined;

  /** An alarm whose place is not known yet. */
  #alarm: { readonly at: string; readonly text: string } | null = null;
  /** The last question made no sense, so asking it again would not either. */
  #refused = false;

  constructor(
    readonly water: WaterSource,
    private readonly search: Search,
  ) {}

  /** The incident is there; asks for the water around it. */
  async setIncident(place: Found, text = this.#wordsFor(place)): Promise<void> {
    this.previous = this.incident;
    this.incident = { ...place, at: { lon: place.at.lon, lat: place.at.lat }, text };
    this.question = null;
    this.unplaced = null;
    this.#limit = undefined;
    this.radius = RADIUS;
    this.#list();
    await this.ask(place.at);
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
    this.view = 'list';
    this.#alarm = { at, text };
    await this.ask(at);
    const there = this.nearest?.at;
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
    } else if (this.#refused) await this.#lookUp(at, text);
  }

  /** Goes on with an incident of an earlier visit. */
  async resume(incident: Incident): Promise<void> {
    this.incident = incident;
    await this.ask(incident.at);
  }

  /** Only what is meant without doubt becomes the incident; all else is left to the crew. */
  async #lookUp(at: string, text: string): Promise<void> {
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
    if (isWater(hit)) await this.look(hit, hit.label);
    else await this.setIncident(placeOf(hit));
  }

  /** Opens the sheet of a source wherever it lies; what is told of its way is told from the incident. */
  async look(spot: WaterSpot, label: string): Promise<void> {
    const listed = this.nearest?.sources.find(({ id }) => id === spot.id);
    if (listed) {
      this.select(listed);
      return;
    }
    const { signal } = this.#seek();
    this.selected = null;
    this.sought = { label, failed: false };
    this.view = 'detail';
    const source = await this.#sourceAt(spot, signal).catch(() => null);
    if (signal.aborted) return;
    if (source) this.select(source);
    else this.sought = { label, failed: true };
  }

  async #sourceAt(spot: WaterSpot, signal: AbortSignal): Promise<Source | null> {
    const from = this.incident?.at ?? spot;
    // Where a lake is reached, and not its middle.
    const at = (await this.water.shore(spot, from, signal)) ?? spot;
    const { sources } = await this.water.nearest({ at, radius: SPOT, limit: MOST }, signal);
    const found = sources.find(({ id }) => id === spot.id);
    if (!found) return null;
    const { position } = found;
    return { ...found, distance: distance(from, position), bearing: bearing(from, position), route: null };
  }

  #seek(): AbortController {
    this.#seeking?.abort();
    this.#seeking = new AbortController();
    return this.#seeking;
  }

  /** Back to the list, whatever was looked at. */
  #list(): void {
    this.view = 'list';
    this.selected = null;
    this.sought = null;
    this.#seeking?.abort();
  }

  async widen(): Promise<void> {
    if (this.nextRadius === null || !this.incident) return;
    this.radius = this.nextRadius;
    await this.ask(this.incident.at);
  }

  /** Asks for twice as many. */
  async more(): Promise<void> {
    if (!this.hasMore || !this.nearest || !this.incident) return;
    this.#limit = Math.min(MOST, 2 * this.nearest.limit);
    await this.ask(this.incident.at, true);
  }

  /** Asks again for what is shown, or for what could not be had. */
  async again(): Promise<void> {
    if (this.incident) await this.ask(this.incident.at, this.phase === 'answered');
    else if (this.#alarm && this.phase === 'failed' && !this.#refused)
      await this.openAlarm(this.#alarm.at, this.#alarm.text);
  }

  select(source: Source): void {
    this.selected = source;
    this.sought = null;
    this.view = 'detail';
  }

  back(): void {
    if (this.view === 'relay' && this.selected) this.view = 'detail';
    else this.#list();
  }

  /** Something changed in the register: the list follows if it may be concerned. */
  changed(change: Change): void {
    if (this.incident && this.#concerns(change)) this.#askSoon();
  }

  /** Changes were missed. */
  missed(): void {
    this.#askSoon();
  }

  #askSoon(): void {
    clearTimeout(this.#flock);
    this.#flock = setTimeout(() => void this.again(), FLOCK);
  }

  #concerns(change: Change): boolean {
    if (this.nearest?.sources.some((source) => source.id === change.id)) return true;
    const at = this.incident?.at;
    if (!at) return false;
    return [change.before, change.after].some((box) => {
      if (!box) return false;
      const [west, south, east, north] = box;
      const nearestPoint = {
        lon: Math.min(Math.max(at.lon, west), east),
        lat: Math.min(Math.max(at.lat, south), north),
      };
      return isPlace(nearestPoint.lon, nearestPoint.lat) && distance(at, nearestPoint) <= this.radius;
    });
  }

  /** Asks how the ways turn, where the list was told without: it is not kept waiting for them. */
  async #draw({ at, radius, limit, sources }: Nearest, signal: AbortSignal): Promise<void> {
    const turns = (some: readonly Source[]) => new Map(some.map(({ id, route }) => [id, route?.geometry] as const));
    this.ways = turns(sources);
    if (!sources.some(({ route }) => route && !route.geometry)) return;
    await new Promise((resolve) => setTimeout(resolve, PAINTED));
    if (signal.aborted) return;
    const drawn = await this.water.nearest({ at, radius, limit, ways: true }, signal).catch(() => null);
    if (drawn && !signal.aborted) this.ways = turns(drawn.sources);
  }

  /** `quiet`: the crew did not ask, so what is shown stays until there is something new. */
  private async ask(at: LonLat | string, quiet = false): Promise<void> {
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    if (!quiet) {
      // The list of another place must never be taken for this one's.
      this.nearest = null;
      this.phase = 'asking';
    }
    this.#refused = false;
    try {
      const nearest = await this.water.nearest({ at, radius: this.radius, limit: this.#limit }, asking.signal);
      if (asking.signal.aborted) return;
      if (quiet && this.nearest && differs(this.nearest, nearest)) this.changes++;
      this.nearest = nearest;
      this.phase = 'answered';
      const selected = this.selected;
      if (selected) this.selected = nearest.sources.find((source) => source.id === selected.id) ?? selected;
      void this.#draw(nearest, asking.signal);
    } catch (error) {
      if (asking.signal.aborted) return;
      this.#refused = error instanceof Unanswered && error.why === 'refused';
      // What was shown stays when nobody asked for anything new; that it is old is said by the line to the server.
      if (!quiet || !this.nearest) this.phase = 'failed';
    }
  }
}

function placeOf(hit: Hit): Found {
  return { at: { lon: hit.lon, lat: hit.lat }, label: fullName(hit), by: 'search', ...surenessOf(hit) };
}

/** True if a crew would read the lists differently. */
function differs(a: Nearest, b: Nearest): boolean {
  const words = ({ sources }: Nearest) =>
    JSON.stringify(sources.map(({ id, status, distance }) => [id, status, distance]));
  return words(a) !== words(b);
}
