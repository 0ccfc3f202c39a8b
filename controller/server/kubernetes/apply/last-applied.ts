import { isObject, type JsonObject, sameJson } from '../../../model/json.ts';
import { maxAnnotationBytes } from '../schema/metadata.ts';
import type { Schema } from '../schema/schema.ts';
import { changes, written } from './compare.ts';
import { difference, emptySet, type FieldSet, union } from './field-set.ts';
import { metadataOf } from './managed-fields.ts';
import { setOf } from './set-of.ts';

/** Where client-side `kubectl apply` keeps the configuration that it last sent. */
const lastAppliedAnnotation = 'kubectl.kubernetes.io/last-applied-configuration';

/** The manager that client-side apply hands its fields over to. */
export const handOverManager = 'kubectl';

/**
 * The fields that client-side apply set and that still have the value it gave them: kubectl may take them over from
 * whoever owns them. Empty without a readable annotation.
 */
export function handedOver(schema: Schema, stored: JsonObject): FieldSet {
  const config = lastApplied(stored);
  if (config === undefined) return emptySet;
  const change = changes(schema, config, stored);
  return difference(setOf(schema, config), union(written(change), change.removed));
}

/**
 * The result of an apply by kubectl, in which the annotation (where there is one) says what was applied, so that a later
 * client-side apply computes its changes from there. Where that would be too long it becomes empty.
 */
export function withLastApplied(result: JsonObject, config: JsonObject): JsonObject {
  const metadata = metadataOf(result);
  const annotations = annotationsOf(result);
  if (annotations[lastAppliedAnnotation] === undefined) return result;
  const { [lastAppliedAnnotation]: _, ...others } = annotationsOf(config);
  const { annotations: __, managedFields: ___, ...rest } = metadataOf(config);
  const applied = { ...config, metadata: Object.keys(others).length === 0 ? rest : { ...rest, annotations: others } };
  // kubectl writes empty annotations into it: that is no news.
  if (sameJson(withoutEmptyAnnotations(lastApplied(result)), applied)) return result;
  // Client-side apply ends the text with a line feed, too.
  const text = `${JSON.stringify(applied)}\n`;
  const fits = sizeOf({ ...annotations, [lastAppliedAnnotation]: text }) <= maxAnnotationBytes;
  return {
    ...result,
    metadata: { ...metadata, annotations: { ...annotations, [lastAppliedAnnotation]: fits ? text : '' } },
  };
}

function withoutEmptyAnnotations(config: JsonObject | undefined): JsonObject | undefined {
  if (config === undefined || Object.keys(annotationsOf(config)).length > 0) return config;
  const { annotations: _, ...metadata } = metadataOf(config);
  return { ...config, metadata };
}

function lastApplied(object: JsonObject): JsonObject | undefined {
  const text = annotationsOf(object)[lastAppliedAnnotation];
  if (typeof text !== 'string') return undefined;
  try {
    const config: unknown = JSON.parse(text);
    return isObject(config) ? (config as JsonObject) : undefined;
  } catch {
    // Anybody can write the annotation; what cannot be read hands nothing over.
    return undefined;
  }
}

function annotationsOf(object: JsonObject): JsonObject {
  const { annotations } = metadataOf(object);
  return isObject(annotations) ? (annotations as JsonObject) : {};
}

function sizeOf(annotations: JsonObject): number {
  return Object.entries(annotations).reduce((sum, [key, value]) => sum + Buffer.byteLength(`${key}${value}`), 0);
}
