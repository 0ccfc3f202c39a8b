import type { JsonObject } from '../../model/json.ts';
import type { ApiObject } from '../../model/object.ts';

/** Members of a status that are known to the running process alone: served in every answer, stored never. */
export interface LiveStatus {
  readonly members: readonly string[];
  /** Those members that are known now. */
  readonly of: (object: ApiObject) => JsonObject;
}

/** Kinds without such members. */
export const nothingLive: LiveStatus = { members: [], of: () => ({}) };

/** Objects whose last answer is remembered. */
const rememberedObjects = 1000;

/**
 * What answers hold of live members. A dry run repeats what the last GET of the object said: `kubectl diff` compares the
 * two, and must show what the user changes and nothing else.
 */
export class LiveAnswers {
  readonly #said = new Map<string, JsonObject>();

  /** How the answer to one request shows live members. */
  for(live: LiveStatus, request: { readonly dryRun: boolean; readonly get: boolean }): LiveStatus {
    if (request.dryRun) return { ...live, of: object => this.#said.get(object.metadata.uid) ?? live.of(object) };
    return request.get ? { ...live, of: object => this.#remember(object.metadata.uid, live.of(object)) } : live;
  }

  #remember(uid: string, said: JsonObject): JsonObject {
    this.#said.delete(uid);
    this.#said.set(uid, said);
    for (const oldest of this.#said.keys()) {
      if (this.#said.size <= rememberedObjects) break;
      this.#said.delete(oldest);
    }
    return said;
  }
}
