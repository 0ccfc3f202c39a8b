import type { KindInfo } from './kind-info.ts';
import type { ResourceType } from './resource-type.ts';
import { configMaps } from './types/configmap.ts';
import { customResourceDefinitions } from './types/custom-resource-definition.ts';
import { events } from './types/event.ts';
import { namespaces } from './types/namespace.ts';
import { ownKind } from './types/own-kind.ts';
import { reviews } from './types/review.ts';
import { services } from './types/service.ts';

/** Every resource that is served. */
export interface ServedTypes {
  readonly all: readonly ResourceType[];
  /** Those whose objects are in the store. */
  readonly stored: readonly ResourceType[];
  /** Our own kinds. */
  readonly own: readonly ResourceType[];
  find(group: string, version: string, plural: string): ResourceType | undefined;
}

/** The resources for a set of kinds. `since` is the creation time that the views of the kinds show. */
export function servedTypes(kinds: readonly KindInfo[], since: string): ServedTypes {
  const own = kinds.map(ownKind);
  const stored = [namespaces, events, configMaps, ...own];
  const all = [...stored, services, ...reviews, customResourceDefinitions(own, since)];
  const byPath = new Map(all.map(type => [pathOf(type.group, type.version, type.plural), type]));
  return { all, own, stored, find: (group, version, plural) => byPath.get(pathOf(group, version, plural)) };
}

function pathOf(group: string, version: string, plural: string): string {
  return `${group}/${version}/${plural}`;
}
