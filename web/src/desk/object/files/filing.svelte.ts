/** The photos and documents of an object: what is there, what is being sent, what was taken away a moment ago. */
import type { FileChange, FileList, ObjectFile } from '../../../server/api';
import { Refused } from '../../../server/problem';
import { change, filesOf, remove, restore, send } from './api';
import { say } from './words';

/** A file on its way. */
export interface Sending {
  readonly id: string;
  readonly content: File;
  readonly defect: string | null;
  /** How much of it has gone, from 0 to 1. */
  readonly part: number;
  /** Why it was not taken. */
  readonly fault: string | null;
}

export class Filing {
  list = $state.raw<FileList | null>(null);
  failed = $state(false);
  sending = $state.raw<readonly Sending[]>([]);
  /** Can be brought back. */
  removed = $state.raw<ObjectFile | null>(null);
  /** Why something was not done. */
  fault = $state<string | null>(null);
  #busy = false;

  constructor(
    readonly collection: string,
    readonly object: string,
  ) {}

  /** The files of the object alone, or of one of its defects. */
  of(defect: string | null): readonly ObjectFile[] {
    return (this.list?.files ?? []).filter((file) => file.defect === defect);
  }

  /** May files be added to the object, or to its defects? */
  may(defect: string | null): boolean {
    const may = this.list?.may;
    return (defect === null ? may?.edit : may?.inspect) ?? false;
  }

  async load(): Promise<void> {
    try {
      this.list = await filesOf(this.collection, this.object);
      this.failed = false;
    } catch {
      this.failed = this.list === null;
    }
  }

  /** Sends files one after the other; one that is refused holds up no other. */
  add(files: Iterable<File>, defect: string | null): void {
    const added = [...files].map((content) => ({ id: crypto.randomUUID(), content, defect, part: 0, fault: null }));
    this.sending = [...this.sending, ...added];
    this.removed = null;
    void this.#send();
  }

  /** Sends once more what was not taken. */
  again(id: string): void {
    this.#tell(id, { part: 0, fault: null });
    void this.#send();
  }

  drop(id: string): void {
    this.sending = this.sending.filter((one) => one.id !== id);
  }

  async #send(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    for (let next = this.#next(); next; next = this.#next()) {
      const { id, content, defect } = next;
      try {
        // What a server will not take it need not be sent.
        const most = Math.max(...(this.list?.takes ?? []).map(({ most_bytes }) => most_bytes));
        if (content.size > most) {
          this.#tell(id, { fault: say.now.tooLarge(most >> 20) });
          continue;
        }
        const about = {
          id,
          collection: this.collection,
          object: this.object,
          defect,
          name: content.name.slice(0, 120),
        };
        await send(content, about, (part) => this.#tell(id, { part }));
        this.drop(id);
        await this.load();
      } catch (error) {
        this.#tell(id, { fault: whyOf(error) });
      }
    }
    this.#busy = false;
  }

  #next(): Sending | undefined {
    return this.sending.find(({ fault }) => fault === null);
  }

  #tell(id: string, news: Partial<Sending>): void {
    this.sending = this.sending.map((one) => (one.id === id ? { ...one, ...news } : one));
  }

  change = (file: ObjectFile, wanted: FileChange) => this.#do(() => change(file, wanted));

  async remove(file: ObjectFile): Promise<void> {
    if (await this.#do(() => remove(file))) this.removed = file;
  }

  async restore(file: ObjectFile): Promise<void> {
    if (await this.#do(() => restore(file))) this.removed = null;
  }

  /** Does something, and shows what is there then; true if it was done. */
  async #do(work: () => Promise<unknown>): Promise<boolean> {
    this.fault = null;
    const done = await work().then(
      () => true,
      (error) => {
        this.fault = whyOf(error);
        return false;
      },
    );
    await this.load();
    return done;
  }
}

/** What a refusal says. */
const whyOf = (error: unknown) => (error instanceof Refused && error.problem.detail) || say.now.unanswered;
