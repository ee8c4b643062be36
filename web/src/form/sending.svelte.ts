/** A form on its way to the server: whether it is under way, and what was wrong with it. */
import { Refused } from '../server/problem';
import { type Placed, placed } from './faults';
import { say } from './words';

export class Sending {
  busy = $state(false);
  /** What is wrong as a whole, where it is not about what was typed. */
  title = $state<string | undefined>();
  faults = $state.raw<readonly Placed[]>([]);
  readonly byField: ReadonlyMap<string, string> = $derived(
    new Map(this.faults.flatMap(({ field, text }) => (field ? [[field, text] as const] : []))),
  );

  /**
   * `id` begins the ids of the form's fields, `fields` tells them all, `root` is where its values stand in what is sent.
   */
  constructor(
    private readonly id: string,
    private readonly fields: () => Iterable<string>,
    private readonly root = '',
  ) {}

  /** What is wrong with a field. */
  at(field: string): string | undefined {
    return this.byField.get(field);
  }

  /** Sends once, however often it is pressed; true if nothing was refused. */
  async run(work: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.faults = [];
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#tell(error);
      return false;
    } finally {
      this.busy = false;
    }
  }

  #tell({ problem }: Refused): void {
    if (problem.errors.length > 0) {
      this.title = undefined;
      this.faults = placed(problem.errors, this.id, new Set(this.fields()), this.root);
    } else {
      this.title = problem.status === 0 ? say.now.failed : problem.title || say.now.failed;
      this.faults = [{ text: problem.status === 0 ? say.now.unreachable : problem.detail || this.title }];
    }
  }
}
