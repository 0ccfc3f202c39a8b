import type { Answer, AwsRequest } from './request.ts';

const MOST_ENTRIES = 1000;

interface Entry {
  readonly answer: Answer;
  readonly scope: string;
  /** When the first write after this answer happened. */
  outdatedAt: number | undefined;
}

/** How long reads keep answering as before a write, by `service:Operation`, in milliseconds. */
export type ReadLag = Readonly<Record<string, number>>;

/** The last answer to every question, for answers that lag behind the truth. */
export class AnswerMemory {
  readonly #entries = new Map<string, Entry>();

  /** The last answer to the same question. */
  last(request: AwsRequest, account: string): Answer | undefined {
    return this.#entries.get(question(request, account))?.answer;
  }

  /** The last answer to the same question while the lag hides what was written after it. */
  lagging(request: AwsRequest, account: string, lag: ReadLag, now: number): Answer | undefined {
    const lagMs = lag[`${request.service}:${request.operation}`] ?? 0;
    const entry = this.#entries.get(question(request, account));
    return entry?.outdatedAt !== undefined && now < entry.outdatedAt + lagMs ? entry.answer : undefined;
  }

  /** Keeps a fresh answer; the oldest one goes when there are too many. */
  keep(request: AwsRequest, account: string, answer: Answer): void {
    const key = question(request, account);
    this.#entries.delete(key);
    this.#entries.set(key, { answer, scope: scope(request, account), outdatedAt: undefined });
    const oldest = this.#entries.keys().next();
    if (this.#entries.size > MOST_ENTRIES && oldest.value !== undefined) this.#entries.delete(oldest.value);
  }

  /** Notes that a write made the kept answers of its service old. */
  outdate(request: AwsRequest, account: string, now: number): void {
    const written = scope(request, account);
    for (const entry of this.#entries.values()) {
      if (entry.scope === written) entry.outdatedAt ??= now;
    }
  }
}

function scope(request: AwsRequest, account: string): string {
  return `${account} ${request.region} ${request.service}`;
}

function question(request: AwsRequest, account: string): string {
  return `${scope(request, account)} ${request.operation} ${request.path} ${request.body}`;
}
