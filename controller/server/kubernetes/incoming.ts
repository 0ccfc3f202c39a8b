import { isObject, type Json, type JsonObject } from '../../model/json.ts';
import type { Call } from './call.ts';
import { type Body, jsonBody } from './json-body.ts';
import { protobufBody } from './protobuf.ts';
import { apiVersionOf, type ResourceType } from './resource-type.ts';
import { pruned } from './schema/prune.ts';
import { type FieldValidation, findings, strictDecodingError } from './schema/strict.ts';
import { badRequest, unsupportedMediaType } from './status.ts';
import { yamlBody } from './yaml-body.ts';

const protobuf = 'application/vnd.kubernetes.protobuf';

/** The body of a request, by its content type. */
export function decodedBody({ body, contentType, type }: Pick<Call, 'body' | 'contentType' | 'type'>): Body {
  if (contentType === '' || contentType === 'application/json') return jsonBody(body);
  if (contentType === 'application/yaml') return yamlBody(body);
  if (contentType === protobuf && type.builtIn) return { value: protobufBody(body), duplicates: [] };
  throw unsupportedMediaType(['application/json', 'application/yaml', ...(type.builtIn ? [protobuf] : [])]);
}

/** The object in the body of a POST or PUT: of the endpoint's kind and without fields that the schema does not know. */
export function incomingObject(call: Call, validation: FieldValidation): JsonObject {
  const { duplicates, value } = decodedBody(call);
  const object = typed(call.type, value);
  return known(call, object, validation, duplicates);
}

/** An object without the fields that its schema does not know: refused, warned about or silently dropped, as asked. */
export function known(
  { type, warn }: Pick<Call, 'type' | 'warn'>,
  object: JsonObject,
  validation: FieldValidation,
  duplicates: readonly string[] = [],
): JsonObject {
  const { unknown, value } = pruned(type.schema, object);
  const found = findings(unknown, duplicates);
  if (found.length > 0 && validation === 'Strict') throw strictDecodingError(type.kind, type.version, found);
  if (validation === 'Warn') for (const text of found) warn(text);
  return value;
}

/** A value as an object of the endpoint's kind; built-in types may leave out what they are. */
export function typed(type: ResourceType, value: Json): JsonObject {
  if (!isObject(value)) throw badRequest('the body is not an object');
  const object = value as JsonObject;
  const apiVersion = apiVersionOf(type);
  const kind = object['kind'] ?? (type.builtIn ? type.kind : undefined);
  const version = object['apiVersion'] ?? (type.builtIn ? apiVersion : undefined);
  if (kind !== type.kind || version !== apiVersion) {
    const found = `${JSON.stringify(kind ?? '')} in version ${JSON.stringify(version ?? '')}`;
    throw badRequest(`the body holds the kind ${found}; this path takes ${type.kind} in version ${apiVersion}`);
  }
  if (!isObject(object['metadata'] ?? {})) throw badRequest('metadata is not an object');
  return { ...object, apiVersion, kind };
}
