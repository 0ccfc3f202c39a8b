import type { Clock } from '../model/clock.ts';
import { type ApiObject, type Key, keyOf, refOf } from '../model/object.ts';
import { type Store, StoreFailure } from '../store/contract.ts';
import { DirectoryLog, type DirectoryStatus, type SourceLog } from './directory-status.ts';
import { type Files, fileErrorCode } from './files.ts';
import { type HintedDirectory, Hints } from './hints.ts';
import { emptySnapshot, type FileReport, ingest, type Snapshot } from './ingest.ts';
import type { ManifestParser } from './manifest-parser.ts';
import { Pause } from './pause.ts';
import { inventoryOf, prune } from './prune.ts';
import { freshGuard, type GuardLimits, type GuardVerdict, guardLimits, pruneGuard } from './prune-guard.ts';
import { publish, type Written } from './publish.ts';
import type { Declaration, Reading, Validate } from './reading.ts';
import { Readings } from './readings.ts';
import type { Root } from './root.ts';
import { RootTracker, type TrackOptions } from './root-tracker.ts';
import { settleTimes } from './settle.ts';
import { fileLabel } from './source-annotation.ts';
import { yamlLimits } from './yaml-limits.ts';
import type { Problem } from './yaml-problem.ts';

/** The times and figures of a directory source. Times in milliseconds. */
export interface DirectoryTimes extends TrackOptions {
  /** A scan follows the one before after a hundred times as long as that took, within these bounds. */
  readonly scanMs: number;
  readonly slowScanMs: number;
  /** The store is compared with the files after so long even when nothing changed; so are files whose reader failed. */
  readonly compareMs: number;
  readonly guard: GuardLimits;
}

/** The times and figures in force unless the caller says otherwise. */
export const directoryTimes: DirectoryTimes = {
  ...settleTimes,
  fileBytes: yamlLimits.fileBytes,
  fullReadMs: 300_000,
  attempts: 3,
  scanMs: 1000,
  slowScanMs: 10_000,
  compareMs: 30_000,
  guard: guardLimits,
};

/** What a directory source works with. */
export interface DirectoryParts {
  readonly roots: readonly Root[];
  readonly files: Files;
  readonly clock: Clock;
  readonly store: Store;
  readonly parser: ManifestParser;
  /** The kinds that manifests can declare. */
  readonly kinds: readonly string[];
  readonly validate: Validate;
  readonly log: SourceLog;
  readonly times?: DirectoryTimes;
}

interface Refusal {
  readonly declaration: Declaration;
  readonly problem: Problem;
}

const writers = 32;
const shortestPauseMs = 20;

/**
 * Makes the store hold what the files in some directories declare.
 *
 * Guarantees: it writes only objects that a file of these directories owns; a file that cannot be read changes and
 * deletes nothing; a delete happens only when the prune guard agrees. Watching is a hint, the scan is the truth.
 */
export class DirectorySource {
  readonly #parts: DirectoryParts;
  readonly #times: DirectoryTimes;
  readonly #names: readonly string[];
  readonly #trackers: readonly RootTracker[];
  readonly #readings: Readings;
  readonly #log: DirectoryLog;
  readonly #pause: Pause;
  readonly #hints: Hints;
  readonly #approved = new Set<string>();
  readonly #written: Written = new Map();
  #snapshot: Snapshot | undefined;
  #compared:
    | { readonly readings: readonly Reading[]; readonly incomplete: string | undefined; readonly at: number }
    | undefined;
  #reports: readonly FileReport[] = [];
  #guard = freshGuard;
  #held: readonly GuardVerdict[] = [];
  #failures: readonly string[] = [];
  #synced = false;

  constructor(parts: DirectoryParts) {
    this.#parts = parts;
    this.#times = parts.times ?? directoryTimes;
    this.#names = parts.roots.map(({ name }) => name);
    this.#trackers = parts.roots.map(root => new RootTracker(parts.files, root, this.#times));
    this.#readings = new Readings(parts.parser, parts.validate, this.#times.compareMs);
    this.#log = new DirectoryLog(parts.log);
    this.#pause = new Pause(parts.clock);
    this.#hints = new Hints(parts.files, this.#pause.hint);
  }

  /** Passes until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      let delayMs = this.#times.slowScanMs;
      try {
        delayMs = await this.pass();
      } catch (error) {
        this.#log.failure(error);
      }
      await this.#pause.wait(delayMs, signal);
    }
    this.#hints.close();
  }

  /** Lets the deletes of the snapshot with this digest through, however many they are. */
  approve(digest: string): void {
    this.#approved.add(digest);
    this.#compared = undefined;
    this.#pause.hint();
  }

  get status(): DirectoryStatus {
    return {
      synced: this.#synced,
      digest: this.#snapshot?.digest,
      objects: this.#snapshot?.objects.size ?? 0,
      roots: this.#trackers.map(({ status }) => status),
      files: this.#reports,
      held: this.#held.map(({ owned, rule, reason }) => ({ ref: owned.ref, file: owned.file, rule, reason })),
      failures: this.#failures,
      hints: this.#hints.state,
    };
  }

  /** Looks at all directories once and does what can be done now. Answers after how many milliseconds to look again. */
  async pass(): Promise<number> {
    const { clock } = this.#parts;
    const startedAt = clock.now();
    await Promise.all(this.#trackers.map(tracker => tracker.look(startedAt)));
    const scannedMs = Math.max(0, clock.now() - startedAt);
    await this.#watch();
    const readings = await this.#readings.of(this.#trackers, clock.now());
    if (this.#worthComparing(readings)) await this.#compare(readings);
    const now = clock.now();
    const pauseMs = Math.min(Math.max(scannedMs * 100, this.#times.scanMs), this.#times.slowScanMs);
    const dueAt = [...this.#trackers, ...this.#held].flatMap(({ dueAt }) => dueAt ?? []);
    const shortest = Math.max(scannedMs, shortestPauseMs);
    return Math.max(Math.min(pauseMs, ...dueAt.map(at => at - now)), shortest);
  }

  async #watch(): Promise<void> {
    const directories = new Map<string, HintedDirectory>();
    for (const tracker of this.#trackers) {
      this.#log.root(tracker.status);
      try {
        for (const [path, one] of await tracker.directories()) {
          directories.set(path, merged(directories.get(path), one));
        }
      } catch (error) {
        // Nothing to watch at a root that cannot be reached; the scan has reported it already.
        if (fileErrorCode(error) === undefined) throw error;
      }
    }
    this.#hints.set(directories);
    this.#log.lostHints(this.#hints.state.lost);
  }

  get #incomplete(): string | undefined {
    return this.#trackers.map(({ incomplete }) => incomplete).find(reason => reason !== undefined);
  }

  #worthComparing(readings: readonly Reading[]): boolean {
    const before = this.#compared;
    if (before === undefined || this.#failures.length > 0) return true;
    const age = this.#parts.clock.now() - before.at;
    if (age < 0 || age >= this.#times.compareMs) return true;
    if (this.#held.some(({ dueAt }) => dueAt !== undefined)) return true;
    return before.incomplete !== this.#incomplete || !sameReadings(before.readings, readings);
  }

  async #compare(readings: readonly Reading[]): Promise<void> {
    const stored = await this.#stored();
    if (stored === undefined) return;
    const owners = new Map(inventoryOf(stored.values(), this.#names).map(({ key, file }) => [key, file]));
    const snapshot = ingest(readings, owners, this.#snapshot ?? emptySnapshot);
    const incomplete = this.#incomplete;
    this.#snapshot = snapshot;
    this.#failures = [];
    this.#reports = withRefusals(snapshot.reports, await this.#publish(snapshot, stored));
    for (const report of this.#reports) this.#log.report(report);
    await this.#prune(snapshot, stored, incomplete);
    this.#log.turn();
    this.#compared = { readings, incomplete, at: this.#parts.clock.now() };
    this.#synced ||= this.#failures.length === 0 && incomplete === undefined;
  }

  async #stored(): Promise<Map<Key, ApiObject> | undefined> {
    try {
      const lists = await Promise.all(this.#parts.kinds.map(kind => this.#parts.store.list(kind)));
      return new Map(lists.flatMap(({ items }) => items).map(object => [keyOf(refOf(object)), object]));
    } catch (error) {
      if (!(error instanceof StoreFailure)) throw error;
      this.#failures = [error.message];
      return undefined;
    }
  }

  async #publish(snapshot: Snapshot, stored: Map<Key, ApiObject>): Promise<readonly Refusal[]> {
    const declarations = [...snapshot.objects];
    const refusals: Refusal[] = [];
    const failures: string[] = [];
    const write = async ([key, declaration]: [Key, Declaration]) => {
      const result = await publish(this.#parts.store, declaration, stored.get(key), this.#names, this.#written);
      if ('object' in result) stored.set(key, result.object);
      if ('problem' in result) refusals.push({ declaration, problem: result.problem });
      if ('message' in result) failures.push(result.message);
    };
    for (let start = 0; start < declarations.length; start += writers) {
      await Promise.all(declarations.slice(start, start + writers).map(write));
    }
    for (const key of this.#written.keys()) if (!snapshot.objects.has(key)) this.#written.delete(key);
    this.#failures = failures;
    return refusals;
  }

  async #prune(snapshot: Snapshot, stored: ReadonlyMap<Key, ApiObject>, incomplete: string | undefined): Promise<void> {
    const atomic = new Set(this.#trackers.flatMap(({ root, atomic }) => (atomic ? [root.name] : [])));
    const { memory, verdicts } = pruneGuard(
      this.#guard,
      {
        now: this.#parts.clock.now(),
        digest: snapshot.digest,
        incomplete,
        inventory: inventoryOf(stored.values(), this.#names),
        declared: key => snapshot.objects.has(key) || snapshot.contested.has(key),
        heldBy: snapshot.heldBy,
        atomic: root => atomic.has(root),
        approved: digest => this.#approved.has(digest),
      },
      this.#times.guard,
    );
    this.#guard = memory;
    this.#held = verdicts.filter(({ action }) => action === 'hold');
    for (const verdict of verdicts) {
      const revision = this.#trackers.find(({ root }) => root.name === verdict.owned.file.root)?.revision;
      this.#log.verdict(verdict, snapshot.digest, revision);
      const failure = verdict.action === 'hold' ? undefined : await prune(this.#parts.store, verdict, this.#names);
      if (failure !== undefined) this.#failures = [...this.#failures, failure];
    }
  }
}

/** A directory that concerns two roots: what either of them wants to know. */
function merged(before: HintedDirectory | undefined, one: HintedDirectory): HintedDirectory {
  if (before === undefined || (before.names && !one.names)) return one;
  return before.names && one.names ? { stat: one.stat, names: new Set([...before.names, ...one.names]) } : before;
}

function sameReadings(a: readonly Reading[], b: readonly Reading[]): boolean {
  return a.length === b.length && a.every((reading, index) => reading === b[index]);
}

function withRefusals(reports: readonly FileReport[], refusals: readonly Refusal[]): readonly FileReport[] {
  const byLabel = new Map(reports.map(report => [fileLabel(report.file), report]));
  for (const { declaration, problem } of refusals) {
    const label = fileLabel(declaration.file);
    const before = byLabel.get(label) ?? { file: declaration.file, frozen: false, problems: [] };
    byLabel.set(label, { ...before, problems: [...before.problems, problem] });
  }
  return [...byLabel.values()];
}
