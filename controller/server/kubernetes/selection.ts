import type { ApiObject } from '../../model/object.ts';
import type { ListQuery } from './options.ts';
import type { ResourceType } from './resource-type.ts';
import { fieldSelector, labelSelector } from './selectors.ts';

/** What the selectors of a request choose. */
export interface Selection {
  /** No selector was given. */
  readonly everything: boolean;
  /** The one name that can be chosen. */
  readonly name: string | undefined;
  /** The one namespace that can be chosen. */
  readonly namespace: string | undefined;
  readonly matches: (object: ApiObject) => boolean;
}

/** The selection that label and field selector make together. */
export function selection(type: ResourceType, query: Pick<ListQuery, 'labelSelector' | 'fieldSelector'>): Selection {
  const labels = labelSelector(query.labelSelector);
  const fields = fieldSelector(query.fieldSelector, type.fields);
  const everything = labels.empty && fields.empty;
  return {
    everything,
    name: fields.name,
    namespace: fields.namespace,
    matches: everything ? () => true : object => labels.matches(object) && fields.matches(object),
  };
}
