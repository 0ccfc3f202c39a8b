import type { Json } from '../model/json.ts';
import type { MappingNode, ScalarNode, SequenceNode, YamlDocument, YamlNode } from './yaml-node.ts';
import { anyMember, type FieldPath, type Problem, pathText } from './yaml-problem.ts';
import { plainScalar } from './yaml-scalar.ts';
import type { StructuralSchema } from './yaml-schema.ts';
import { suggestion } from './yaml-suggestion.ts';

/** A value with the types that its schema asks for. With problems, `value` holds what could be typed. */
export interface Typed {
  readonly value: Json;
  readonly problems: readonly Problem[];
}

/** The result for a single value: absent when it has none, with the reason reported. */
type Value = Json | undefined;

interface Context {
  readonly path: FieldPath;
  report(node: { readonly line: number; readonly column: number }, path: FieldPath, message: string): void;
}

/**
 * Gives every scalar of a document the type that the schema asks for, from its source text; what the text looks like
 * decides only where the schema leaves it open, and then only when all readers of YAML agree. All problems are
 * reported, not just the first. Objects have no prototype.
 */
export function typed({ file, root }: YamlDocument, schema: StructuralSchema): Typed {
  const problems: Problem[] = [];
  const context: Context = {
    path: [],
    report: ({ line, column }, at, message) => problems.push({ file, line, column, path: pathText(at), message }),
  };
  return { value: nodeValue(root, schema, context) ?? null, problems };
}

function nodeValue(node: YamlNode, schema: StructuralSchema, context: Context): Value {
  if (isNull(node)) return nullOf(node, schema, context);
  const value = typedValue(node, schema, context);
  const allowed = schema.enum;
  if (value === undefined || allowed === undefined || allowed.includes(value)) return value;
  const names = allowed.filter(one => one !== null).map(String);
  const near = typeof value === 'string' ? suggestion(value, names) : undefined;
  return fault(node, context, `must be one of ${names.join(', ')}${near ? `; did you mean ${near}?` : ''}`);
}

function typedValue(node: YamlNode, schema: StructuralSchema, context: Context): Value {
  if (schema['x-kubernetes-int-or-string']) return intOrString(node, context);
  switch (schema.type) {
    case 'object':
      return node.kind === 'mapping' ? object(node, schema, context) : mustBe('a mapping of fields', node, context);
    case 'array':
      return node.kind === 'sequence' ? array(node, schema, context) : mustBe('a list', node, context);
    case 'string':
      return node.kind === 'scalar' ? string(node, context) : mustBe('a string', node, context);
    case 'integer':
      return node.kind === 'scalar' ? integer(node, context) : mustBe('an integer', node, context);
    case 'number':
      return node.kind === 'scalar' ? number(node, context) : mustBe('a number', node, context);
    case 'boolean':
      return node.kind === 'scalar' ? boolean(node, context) : mustBe('true or false', node, context);
    default:
      return untyped(node, context);
  }
}

function nullOf(node: YamlNode, schema: StructuralSchema, context: Context): Value {
  const open = schema.type === undefined && !schema['x-kubernetes-int-or-string'];
  if (schema.nullable || open) return null;
  return fault(node, context, 'has no value; give it one or remove the field');
}

function isNull(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.plain && plainScalar(node.text).looks === 'null';
}

function object(node: MappingNode, schema: StructuralSchema, context: Context): Json {
  const properties = schema.properties ?? {};
  const { additionalProperties } = schema;
  const rest =
    typeof additionalProperties === 'object'
      ? additionalProperties
      : (additionalProperties || schema['x-kubernetes-preserve-unknown-fields']) && {};
  const result: Record<string, Json> = Object.create(null);
  for (const { key, value, line, column } of node.entries) {
    const declared = Object.hasOwn(properties, key) ? properties[key] : undefined;
    const of = declared ?? (rest || undefined);
    if (of === undefined) {
      const near = suggestion(key, Object.keys(properties));
      context.report({ line, column }, context.path, `unknown field${near ? `; did you mean ${near}?` : ''}`);
      continue;
    }
    const step = declared ? key : anyMember;
    const member = nodeValue(value, of, { ...context, path: [...context.path, step] });
    if (member !== undefined) result[key] = member;
  }
  return result;
}

function array(node: SequenceNode, schema: StructuralSchema, context: Context): Json {
  const of = schema.items ?? {};
  return node.items.map((item, index) => nodeValue(item, of, { ...context, path: [...context.path, index] }) ?? null);
}

function string(node: ScalarNode, context: Context): Value {
  if (!node.plain) return node.text;
  const scalar = plainScalar(node.text);
  switch (scalar.looks) {
    case 'text':
      return node.text;
    case 'boolean':
      return fault(node, context, 'must be a string, but reads as a boolean; quote it');
    case 'integer':
    case 'decimal':
      return fault(node, context, 'must be a string, but reads as a number; quote it');
    case 'word':
    case 'ambiguous':
      return fault(node, context, `must be a string, and ${scalar.advice}`);
    default:
      return mustBe('a string', node, context);
  }
}

function integer(node: ScalarNode, context: Context): Value {
  const scalar = node.plain ? plainScalar(node.text) : undefined;
  if (scalar?.looks === 'integer') return scalar.value;
  const quoted = !node.plain && plainScalar(node.text).looks === 'integer';
  return mustBe(`an integer${quoted ? ' without quotes' : ' written in plain decimal digits'}`, node, context);
}

function number(node: ScalarNode, context: Context): Value {
  const scalar = node.plain ? plainScalar(node.text) : undefined;
  if (scalar?.looks === 'integer' || scalar?.looks === 'decimal') return scalar.value;
  const value = node.plain ? Number(node.text) : Number.NaN;
  const exponent = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?[eE][-+]?[0-9]+$/.test(node.text);
  if (Number.isFinite(value) && (exponent || String(value) === node.text)) return value;
  return mustBe('a number, without quotes', node, context);
}

function boolean(node: ScalarNode, context: Context): Value {
  const scalar = node.plain ? plainScalar(node.text) : undefined;
  if (scalar?.looks === 'boolean') return scalar.value;
  return mustBe(node.plain ? 'true or false' : 'true or false without quotes', node, context);
}

function intOrString(node: YamlNode, context: Context): Value {
  if (node.kind !== 'scalar') return mustBe('an integer or a string', node, context);
  const scalar = node.plain ? plainScalar(node.text) : undefined;
  return scalar?.looks === 'integer' ? scalar.value : string(node, context);
}

function untyped(node: YamlNode, context: Context): Value {
  if (node.kind === 'mapping') return object(node, { additionalProperties: true }, context);
  if (node.kind === 'sequence') return array(node, {}, context);
  if (!node.plain) return node.text;
  const scalar = plainScalar(node.text);
  switch (scalar.looks) {
    case 'text':
      return node.text;
    case 'null':
      return null;
    case 'boolean':
    case 'integer':
      return scalar.value;
    case 'decimal':
      if (String(scalar.value) === node.text) return scalar.value;
      return fault(node, context, 'the number would not keep all its digits; quote it');
    default:
      return fault(node, context, scalar.advice);
  }
}

function mustBe(what: string, node: YamlNode, context: Context): undefined {
  return fault(node, context, `must be ${what}`);
}

function fault(node: YamlNode, context: Context, message: string): undefined {
  context.report(node, context.path, message);
  return undefined;
}
