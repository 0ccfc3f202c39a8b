import type { Ref } from '../model/object.ts';
import type { FileReport } from './ingest.ts';
import type { GuardRule, GuardVerdict } from './prune-guard.ts';
import type { RootStatus } from './root-tracker.ts';
import { fileLabel, type SourceFile } from './source-annotation.ts';

/** The part of a logger that the source needs: data first, then a constant message. */
export interface SourceLog {
  info(data: object, message: string): void;
  warn(data: object, message: string): void;
  error(data: object, message: string): void;
}

/** An object that no file declares and that stays for now. */
interface HeldObject {
  readonly ref: Ref;
  readonly file: SourceFile;
  readonly rule: GuardRule;
  readonly reason: string;
}

/** What a directory source knows about itself, for status, metrics and readiness. */
export interface DirectoryStatus {
  /** True once the store has held everything that the files declare. */
  readonly synced: boolean;
  /** Identifies the content of all files that counts; deletes are approved by it. */
  readonly digest: string | undefined;
  readonly objects: number;
  readonly roots: readonly RootStatus[];
  /** Files with problems. */
  readonly files: readonly FileReport[];
  readonly held: readonly HeldObject[];
  /** Why the last reads and writes of the store failed; they are tried again. */
  readonly failures: readonly string[];
  readonly hints: { readonly watched: number; readonly lost: readonly string[] };
}

const auditMessages: Readonly<Record<GuardVerdict['action'], string>> = {
  delete: 'an object is deleted because no file declares it any more',
  hold: 'an object that no file declares is kept for now',
  release: 'an object that no file declares is let go and stays',
};

/** Writes to the log what is new since the last time: each hold, delete and problem once, not once per pass. */
export class DirectoryLog {
  readonly #log: SourceLog;
  #told = new Map<string, string>();
  #telling = new Map<string, string>();

  constructor(log: SourceLog) {
    this.#log = log;
  }

  /** Ends a pass: what was not told in it is news when it comes again. */
  turn(): void {
    this.#told = this.#telling;
    this.#telling = new Map();
  }

  verdict(verdict: GuardVerdict, digest: string, revision: string | undefined): void {
    const { owned, action, rule, reason } = verdict;
    if (!this.#isNews(`object ${owned.key}`, `${action} ${rule} ${reason}`)) return;
    const entry = { object: owned.key, file: fileLabel(owned.file), rule, reason, digest, revision };
    this.#log.info(entry, auditMessages[action]);
  }

  report({ file, frozen, problems }: FileReport): void {
    if (!this.#isNews(`file ${fileLabel(file)}`, JSON.stringify(problems))) return;
    this.#log.warn({ file: fileLabel(file), frozen, problems }, 'a manifest file has problems');
  }

  root({ name, unreadable }: RootStatus): void {
    if (unreadable === undefined || !this.#isNews(`root ${name}`, unreadable.message)) return;
    this.#log.warn({ root: name, code: unreadable.code, reason: unreadable.message }, 'a directory cannot be read');
  }

  lostHints(codes: readonly string[]): void {
    if (codes.length === 0 || !this.#isNews('hints', codes.join())) return;
    this.#log.warn({ codes }, 'some directories cannot be watched; changes are found by scanning alone');
  }

  failure(error: unknown): void {
    this.#log.error({ error }, 'a pass over the directories failed; it will be repeated');
  }

  #isNews(subject: string, state: string): boolean {
    this.#telling.set(subject, state);
    return this.#told.get(subject) !== state;
  }
}
