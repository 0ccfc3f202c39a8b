import type { ManifestParser } from './manifest-parser.ts';
import { type Reading, reading, type Validate } from './reading.ts';
import type { Root } from './root.ts';
import type { Settled } from './settle.ts';
import { fileLabel } from './source-annotation.ts';

/** What the readings are made from: the files of one root that are at rest. */
export interface ReadableRoot {
  readonly root: Root;
  readonly accepted: Settled['accepted'];
}

interface Known {
  readonly reading: Reading;
  readonly at: number;
}

/** Remembers the readings of files, so that each content is read once; a reader that failed gets another try later. */
export class Readings {
  readonly #parser: ManifestParser;
  readonly #validate: Validate;
  readonly #retryMs: number;
  #known = new Map<string, Known>();
  #last: { readonly accepted: readonly Settled['accepted'][]; readonly readings: readonly Reading[] } | undefined;

  constructor(parser: ManifestParser, validate: Validate, retryMs: number) {
    this.#parser = parser;
    this.#validate = validate;
    this.#retryMs = retryMs;
  }

  /** The readings of all files, in the order of roots and files. Equal content gives the same reading. */
  async of(roots: readonly ReadableRoot[], now: number): Promise<readonly Reading[]> {
    const accepted = roots.map(root => root.accepted);
    const last = this.#last;
    if (last && accepted.every((files, index) => files === last.accepted[index])) return last.readings;
    const known = await Promise.all(roots.flatMap(root => this.#ofRoot(root, now)));
    this.#known = new Map(known.map(one => [fileLabel(one.reading.file), one]));
    const readings = known.map(({ reading }) => reading);
    this.#last = readings.some(({ retry }) => retry) ? undefined : { accepted, readings };
    return readings;
  }

  #ofRoot({ root, accepted }: ReadableRoot, now: number): readonly (Known | Promise<Known>)[] {
    return [...accepted].map(([path, content]) => {
      const file = { root: root.name, path };
      const before = this.#known.get(fileLabel(file));
      const hash = content.state === 'read' ? content.hash : content.reason;
      const again = before?.reading.retry && now - before.at >= this.#retryMs;
      if (before?.reading.hash === hash && !again) return before;
      return reading(this.#parser, this.#validate, file, content).then(one => ({ reading: one, at: now }));
    });
  }
}
