import { isObject, type Json } from '../../../model/json.ts';
import { group, version } from '../../../model/object.ts';
import { invalidValue } from '../cause.ts';
import type { KindInfo } from '../kind-info.ts';
import { nothingLive } from '../live-status.ts';
import { everyVerb, type ResourceType } from '../resource-type.ts';
import { objectSchema } from '../schema/object-schema.ts';
import { ageColumn, nameColumn } from '../table.ts';

/** The resource of one of our kinds. */
export function ownKind(info: KindInfo): ResourceType {
  const {
    categories,
    columns,
    description,
    kind,
    last = [],
    live = nothingLive,
    plural,
    schema,
    shortNames,
    singular,
  } = info;
  return {
    group,
    version,
    kind,
    plural,
    singular,
    shortNames,
    categories,
    namespaced: true,
    verbs: everyVerb,
    status: true,
    builtIn: false,
    description,
    schema: objectSchema(schema),
    columns: [nameColumn, ...columns, ageColumn, ...last],
    live,
    fields: () => ({}),
    validate: object =>
      info
        .validate(object)
        .map(problem => invalidValue(fieldPath(problem.path), shownValue(object, problem.path), problem.message)),
  };
}

/** A path as Kubernetes writes it: `spec.list[1].name`. */
function fieldPath(path: readonly (string | number)[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? part : `${text}.${part}`;
  }, '');
}

/** The value at a path for a message; of objects and lists only what they are. */
function shownValue(object: unknown, path: readonly (string | number)[]): Json {
  let value = object;
  for (const part of path) {
    if (Array.isArray(value)) value = value[Number(part)];
    else value = isObject(value) && Object.hasOwn(value, part) ? value[part] : undefined;
  }
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return value === undefined || value === null ? null : 'object';
}
