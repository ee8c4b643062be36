/** What the server says when it refuses (RFC 9457, src/http/problem.rs). */

/** What is wrong with one part of an input, in the language that was asked for. */
export interface Fault {
  /** The place in the input, as a JSON pointer (RFC 6901), or the name of a parameter. */
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
}

export interface Problem {
  /** `urn:geokontor:problem:…`, or `about:blank` where whoever answered knows nothing of it. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly errors: readonly Fault[];
  /** All of them, where not all are told. */
  readonly errors_total?: number;
  readonly request_id?: string;
}

/** An answer that is none: the server has refused, or nobody has answered (status 0). */
export class Refused extends Error {
  override readonly name = 'Refused';

  constructor(
    readonly problem: Problem,
    /** Seconds after which it may be tried again. */
    readonly retryAfter: number | null = null,
  ) {
    super(problem.detail || problem.title);
  }

  /** The last word of the type: `precondition-failed`. */
  get kind(): string {
    return this.problem.type.split(':').at(-1) ?? '';
  }
}

/** Reads what an answer says that is not a success; a proxy in between may answer in its own words. */
export async function refusal(answer: Response): Promise<Refused> {
  const said = (await answer.json().catch(() => null)) as Partial<Problem> | null;
  const seconds = Number(answer.headers.get('retry-after') ?? Number.NaN);
  const problem = {
    type: 'about:blank',
    title: answer.statusText,
    detail: '',
    errors: [],
    ...(said !== null && typeof said === 'object' ? said : {}),
    status: answer.status,
  };
  return new Refused(problem, Number.isFinite(seconds) ? seconds : null);
}

/** Nobody has answered. */
export function unreachable(): Refused {
  return new Refused({ type: 'urn:geokontor:problem:unreachable', title: '', status: 0, detail: '', errors: [] });
}
