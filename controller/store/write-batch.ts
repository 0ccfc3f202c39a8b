import { type ApiObject, keyOf, type Ref } from '../model/object.ts';
import { StoreFailure } from './contract.ts';
import { frozen } from './frozen.ts';
import type { Entry } from './journal.ts';
import type { Outcome, Stamp } from './lifecycle.ts';

/** A write that waits for its turn. */
export interface Decision {
  readonly ref: Ref;
  readonly decide: (stored: ApiObject | undefined, stamp: Stamp) => Outcome;
}

/** What a batch of writes comes to: the changes to commit, and one answer per write. */
export interface Evaluated {
  readonly entries: readonly Entry[];
  readonly answers: readonly (ApiObject | Error)[];
}

/** Decides writes in order, each seeing the changes of those before it. `stamp` is told how many changes went before. */
export function evaluated(
  decisions: readonly Decision[],
  lookup: (ref: Ref) => ApiObject | undefined,
  stamp: (changesBefore: number) => Stamp,
): Evaluated {
  const entries: Entry[] = [];
  const staged = new Map<string, ApiObject | undefined>();
  const answers = decisions.map(({ ref, decide }) => {
    const key = keyOf(ref);
    const outcome = attempted(() => decide(staged.has(key) ? staged.get(key) : lookup(ref), stamp(entries.length)));
    if (outcome instanceof Error) return outcome;
    if (outcome.type === 'UNCHANGED') return outcome.object;
    const text = attempted(() => JSON.stringify(outcome.object));
    if (text instanceof Error) return text;
    // Parsing the text again makes memory equal to disk and shares nothing with the caller.
    const object: ApiObject = frozen(JSON.parse(text));
    entries.push({ change: { ...outcome, object }, text });
    staged.set(key, outcome.type === 'DELETED' ? undefined : object);
    return object;
  });
  return { entries, answers };
}

/** A draft that is no object at all fails its own write, never those beside it. */
function attempted<T>(run: () => T): T | Error {
  try {
    return run();
  } catch (cause) {
    return new StoreFailure('Invalid', 'the object is not a Kubernetes object in JSON', { cause });
  }
}
