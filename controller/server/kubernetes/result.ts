import type { JsonObject } from '../../model/json.ts';
import type { ApiObject } from '../../model/object.ts';
import type { Status } from './status.ts';

/** What a verb comes to, before it is put into the form that the client asked for. */
export type Result =
  | { readonly type: 'object'; readonly code: 200 | 201; readonly object: ApiObject }
  | { readonly type: 'list'; readonly items: readonly ApiObject[]; readonly metadata: ListMetadata }
  | { readonly type: 'json'; readonly code: 200 | 201; readonly body: JsonObject | Status }
  | { readonly type: 'watch'; readonly changes: AsyncIterable<ObjectChange> };

/** Metadata of a list; `continue` and the count are there when there is another page. */
export interface ListMetadata extends JsonObject {
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

/** One event of a watch, before it is put into the form that the client asked for. */
export type ObjectChange =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: ApiObject }
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string; readonly initialEventsEnd: boolean }
  | { readonly type: 'ERROR'; readonly status: Status };
