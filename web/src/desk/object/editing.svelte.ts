/** An object that is edited: what was read, what has been typed since, and what others made of it meanwhile. */
import { type Draft, draftOf } from '../../form/draft';
import type { Field } from '../../form/schema';
import type { Language } from '../../i18n/language';
import type { Proposal } from '../../server/api';
import { Refused } from '../../server/problem';
import { change, create, type Held, object, type Patch } from '../api';
import { isProposal } from '../proposals/answer';
import type { Spot } from '../spot.svelte';
import type { Drafts } from './drafts';
import { type Difference, differences, kept } from './merge';
import { changed, first, noted, type Sheet, type Steps, undone } from './steps';

/** What both made of the object. */
export interface Conflict {
  readonly theirs: Held;
  readonly found: readonly Difference[];
}

export class Editing {
  /** What was read; null for an object that is being added. */
  base = $state.raw<Held | null>(null);
  draft = $state<Draft>({});
  conflict = $state.raw<Conflict | null>(null);
  /** When the draft was kept that was found; null where there was none. */
  recalled = $state<number | null>(null);
  /** Somebody else has changed the object since it was read. */
  outdated = $state(false);
  /** Somebody else has deleted it. */
  gone = $state(false);
  #steps = $state.raw<Steps>(first({ draft: {}, shape: null }));
  #original: Sheet = { draft: {}, shape: null };

  constructor(
    readonly collection: string,
    readonly fields: readonly Field[],
    private readonly language: Language,
    private readonly drafts: Drafts,
    readonly spot: Spot,
    held: Held | null,
  ) {
    const found = drafts.recall();
    this.#begin(found && (found.base !== null) === (held !== null) ? baseOf(found.base) : held);
    if (!found) return;
    this.recalled = found.at;
    this.outdated = versionOf(this.base?.tag) !== versionOf(held?.tag);
    this.#show(found.sheet);
    this.note();
  }

  get sheet(): Sheet {
    return { draft: $state.snapshot(this.draft) as Draft, shape: this.spot.shape };
  }

  /** Names of what is not as it was read. */
  get changed(): string[] {
    return changed(this.#original, this.#steps.now);
  }

  get canUndo(): boolean {
    return this.#steps.past.length > 0;
  }

  /** Notes what has been typed, and keeps it. */
  note(): void {
    const steps = noted(this.#steps, this.sheet);
    if (steps === this.#steps) return;
    this.#steps = steps;
    this.#keep();
  }

  undo(): void {
    this.#steps = undone(this.#steps);
    this.#show(this.#steps.now);
    this.#keep();
  }

  /** Forgets what was typed and begins with the object as it is now. */
  async discard(): Promise<void> {
    this.drafts.drop();
    const now = this.base ? await object(this.collection, this.base.feature.id) : null;
    this.gone = this.base !== null && now === null;
    if (!this.gone) this.#begin(now);
  }

  /**
   * Sends what is new; the object as it is then, the proposal that it has become, or null where somebody else was faster:
   * then there is a conflict.
   *
   * Rejects with `Refused`.
   */
  async save(values: Readonly<Record<string, unknown>>, reason: string): Promise<Held | Proposal | null> {
    this.note();
    const saved = this.base ? await this.#change(values, reason) : await this.#create(values, reason);
    if (saved) {
      this.drafts.drop();
      // What waits has changed nothing.
      this.#begin(isProposal(saved) ? this.base : saved);
    }
    return saved;
  }

  /** Tells what others made of the object since it was read. */
  async compare(values: Readonly<Record<string, unknown>>): Promise<void> {
    const { base } = this;
    if (!base) return;
    const theirs = await object(this.collection, base.feature.id);
    this.gone = theirs === null;
    if (!theirs) return;
    const before = { ...base.feature.properties, geometry: base.feature.geometry };
    const unchanged = Object.fromEntries(Object.keys(values).map((name) => [name, base.feature.properties[name]]));
    const mine = { ...unchanged, ...this.#mine(values), ...(this.spot.editable ? { geometry: this.spot.shape } : {}) };
    const found = differences(before, mine, { ...theirs.feature.properties, geometry: theirs.feature.geometry });
    this.conflict = { theirs, found };
  }

  /** Goes on with what they made of it, and with what was chosen of mine. */
  settle(chosen: Readonly<Record<string, 'mine' | 'theirs'>>): void {
    if (!this.conflict) return;
    const { theirs, found } = this.conflict;
    const { geometry, ...properties } = kept(found, chosen);
    this.#begin(theirs);
    const draft = draftOf(this.fields, { ...theirs.feature.properties, ...properties }, this.language);
    this.#show({ draft, shape: (geometry as Sheet['shape'] | undefined) ?? this.spot.shape });
    this.note();
  }

  /** The object as it is now, told by the server. Who has typed nothing sees it at once. */
  arrived(now: Held | null): void {
    if (!this.base || versionOf(now?.tag) === versionOf(this.base.tag)) return;
    if (now === null) this.gone = true;
    else if (this.changed.length > 0) this.outdated = true;
    else this.#begin(now);
  }

  /** Of the values that may be sent those that were typed. */
  #mine(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
    return Object.fromEntries(this.changed.filter((name) => name in values).map((name) => [name, values[name]]));
  }

  async #create(values: Readonly<Record<string, unknown>>, reason: string): Promise<Held> {
    const properties = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
    return await create(this.collection, { type: 'Feature', geometry: this.spot.shape, properties }, reason);
  }

  async #change(values: Readonly<Record<string, unknown>>, reason: string): Promise<Held | Proposal | null> {
    const { base } = this;
    if (!base) return null;
    const { shape } = this.spot;
    const moved = this.changed.includes('geometry') && shape;
    const patch: Patch = { properties: this.#mine(values), ...(moved ? { geometry: shape } : {}) };
    try {
      return await change(this.collection, base.feature.id, base.tag, patch, reason);
    } catch (error) {
      if (!(error instanceof Refused) || ![404, 412].includes(error.problem.status)) throw error;
      await this.compare(values);
      return null;
    }
  }

  #begin(held: Held | null): void {
    this.base = held;
    this.conflict = null;
    this.outdated = false;
    this.gone = false;
    this.recalled = null;
    const draft = draftOf(this.fields, held?.feature.properties ?? {}, this.language, held === null);
    this.#original = { draft, shape: held?.feature.geometry ?? null };
    this.#steps = first(this.#original);
    this.#show(this.#original);
  }

  #show({ draft, shape }: Sheet): void {
    this.draft = structuredClone(draft);
    this.spot.shape = shape;
  }

  #keep(): void {
    if (this.changed.length === 0) this.drafts.drop();
    else this.drafts.keep(this.#steps.now, this.base && { feature: this.base.feature, tag: this.base.tag });
  }
}

const baseOf = (base: { feature: Held['feature']; tag: string | null } | null): Held | null =>
  base && { ...base, warnings: [] };

/** The version behind a strong entity tag, which is the same in every coding. */
export const versionOf = (tag: string | null | undefined) => /^"(\d+)/.exec(tag ?? '')?.[1];
