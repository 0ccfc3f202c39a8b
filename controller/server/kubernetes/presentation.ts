import type { JsonObject } from '../../model/json.ts';
import type { ApiObject } from '../../model/object.ts';
import { unsupportedValue } from './cause.ts';
import { jsonText, withLiveStatus } from './json-text.ts';
import type { LiveStatus } from './live-status.ts';
import {
  apiVersionOfOffer,
  initialEventsOffers,
  listOffers,
  negotiated,
  type Offer,
  objectOffers,
  watchOffers,
} from './negotiation.ts';
import { apiVersionOf, type ResourceType } from './resource-type.ts';
import type { ListMetadata, ObjectChange } from './result.ts';
import { invalidOptions } from './status.ts';
import { type IncludeObject, includeObject, partialMetadata, partialMetadataList, table } from './table.ts';

/** What decides the form of an answer. */
export interface Wanted {
  readonly type: ResourceType;
  readonly accept: string | undefined;
  readonly query: URLSearchParams;
  readonly now: () => number;
  readonly live: LiveStatus;
}

/** The forms that a client gets; made before the work is done, so that a form nobody can serve costs nothing. */
export interface Presentation {
  object(object: ApiObject): string;
  list(items: readonly ApiObject[], metadata: ListMetadata): string;
}

/** The JSON texts of one object or a list in the form that the client asked for; 406 when there is none. */
export function presentation(wanted: Wanted, list: boolean): Presentation {
  const { live, type } = wanted;
  const offer = negotiated(wanted.accept, list ? listOffers : objectOffers);
  const include = included(wanted);
  const rows = (objects: readonly ApiObject[], metadata: JsonObject) =>
    JSON.stringify(tableOf(wanted, offer, include, objects, metadata, true));
  return {
    object(object) {
      if (offer.as === 'Table') return rows([object], { resourceVersion: object.metadata.resourceVersion });
      return offer.as === undefined ? jsonText(object, live) : JSON.stringify(partialMetadata(object));
    },
    list(items, metadata) {
      if (offer.as === 'Table') return rows(items, metadata);
      if (offer.as !== undefined) return JSON.stringify(partialMetadataList(items, metadata));
      const head = JSON.stringify({ kind: `${type.kind}List`, apiVersion: apiVersionOf(type), metadata });
      return `${head.slice(0, -1)},"items":[${items.map(item => jsonText(item, live)).join(',')}]}`;
    },
  };
}

/** The lines of a watch in the form that the client asked for, each ending with a line break. */
export function watchPresentation(wanted: Wanted, initialEvents: boolean): (change: ObjectChange) => string {
  const offer = negotiated(wanted.accept, initialEvents ? initialEventsOffers : watchOffers);
  const include = included(wanted);
  let definitions = true;

  function shown(object: ApiObject): string {
    if (offer.as === undefined) return jsonText(object, wanted.live);
    if (offer.as !== 'Table') return JSON.stringify(partialMetadata(object));
    const { resourceVersion } = object.metadata;
    const text = JSON.stringify(tableOf(wanted, offer, include, [object], { resourceVersion }, definitions));
    definitions = false;
    return text;
  }

  return change => {
    if (change.type === 'ERROR') return `{"type":"ERROR","object":${JSON.stringify(change.status)}}\n`;
    if (change.type === 'BOOKMARK')
      return `{"type":"BOOKMARK","object":${JSON.stringify(bookmark(wanted.type, offer, change))}}\n`;
    return `{"type":"${change.type}","object":${shown(change.object)}}\n`;
  };
}

function bookmark(
  type: ResourceType,
  offer: Offer,
  { initialEventsEnd, resourceVersion }: Extract<ObjectChange, { type: 'BOOKMARK' }>,
): JsonObject {
  const annotations = initialEventsEnd ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {};
  const metadata = { resourceVersion, ...annotations };
  if (offer.as === 'Table') {
    const object = { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata };
    return {
      kind: 'Table',
      apiVersion: apiVersionOfOffer(offer),
      metadata: { resourceVersion },
      columnDefinitions: [],
      rows: [{ cells: [], object }],
    };
  }
  const kind = offer.as ?? type.kind;
  return { kind, apiVersion: offer.as === undefined ? apiVersionOf(type) : apiVersionOfOffer(offer), metadata };
}

function tableOf(
  { live, now, type }: Wanted,
  offer: Offer,
  include: IncludeObject,
  objects: readonly ApiObject[],
  metadata: JsonObject,
  definitions: boolean,
): JsonObject {
  return table({
    apiVersion: apiVersionOfOffer(offer),
    columns: type.columns,
    objects,
    metadata,
    includeObject: include,
    whole: object => withLiveStatus(object, live),
    definitions,
    nowMs: now(),
  });
}

function included({ query }: Wanted): IncludeObject {
  const value = query.get('includeObject') ?? undefined;
  const include = includeObject(value);
  if (include !== undefined) return include;
  throw invalidOptions('TableOptions', [unsupportedValue('includeObject', value, ['Metadata', 'None', 'Object'])]);
}
