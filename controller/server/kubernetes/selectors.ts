import type { ApiObject } from '../../model/object.ts';
import { labelValue, qualifiedName } from './schema/names.ts';
import { badRequest } from './status.ts';

/** A parsed selector: which objects a list, watch or deletion is about. */
export interface Selector {
  /** True when it matches everything. */
  readonly empty: boolean;
  matches(object: ApiObject): boolean;
}

/** A field selector also says when it is about one name or one namespace only. */
export interface FieldSelector extends Selector {
  readonly name: string | undefined;
  readonly namespace: string | undefined;
}

type Labels = Readonly<Record<string, string>>;
type Requirement = (labels: Labels) => boolean;

/** The fields of an object that a selector may name, beside metadata.name and metadata.namespace. */
export type SelectableFields = (object: ApiObject) => Readonly<Record<string, string>>;

const everything: Selector = { empty: true, matches: () => true };

/**
 * Parses a label selector: `k=v`, `k==v`, `k!=v`, `k in (a,b)`, `k notin (a)`, `k`, `!k`, `k>1`, `k<1`, joined by commas
 * that mean *and*. `!=` and `notin` also match objects without the label. A malformed one is a 400 that says why.
 */
export function labelSelector(text: string): Selector {
  if (text.trim() === '') return everything;
  const requirements = terms(text).map(term => requirement(term, text));
  return {
    empty: false,
    matches: ({ metadata: { labels = {} } }) => requirements.every(holds => holds(labels)),
  };
}

/**
 * Parses a field selector: `field=value`, `field==value`, `field!=value`, joined by commas; `\,`, `\=` and `\\` escape.
 * Fields other than metadata.name, metadata.namespace and those of `fields` are a 400.
 */
export function fieldSelector(text: string, fields: SelectableFields): FieldSelector {
  const supported = new Set(Object.keys(valuesOf(blank, fields)));
  const parsed = splitUnescaped(text)
    .filter(term => term !== '')
    .map(term => fieldTerm(term, text));
  const unknown = parsed.find(({ field }) => !supported.has(field));
  if (unknown !== undefined) throw badRequest(`field label not supported: ${unknown.field}`);
  const only = (field: string): string | undefined => parsed.find(term => term.field === field && term.equal)?.value;
  return {
    empty: parsed.length === 0,
    name: only('metadata.name'),
    namespace: only('metadata.namespace'),
    matches: object => {
      const values = parsed.length === 0 ? {} : valuesOf(object, fields);
      return parsed.every(({ equal, field, value }) => (values[field] === value) === equal);
    },
  };
}

const blank: ApiObject = {
  apiVersion: '',
  kind: '',
  metadata: { name: '', uid: '', resourceVersion: '', generation: 0, creationTimestamp: '' },
};

function valuesOf(object: ApiObject, fields: SelectableFields): Readonly<Record<string, string>> {
  const { name, namespace = '' } = object.metadata;
  return { ...fields(object), 'metadata.name': name, 'metadata.namespace': namespace };
}

// Commas inside parentheses belong to a list of values.
function terms(text: string): readonly string[] {
  const cuts: number[] = [];
  let inList = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '(') inList = true;
    else if (character === ')') inList = false;
    else if (character === ',' && !inList) cuts.push(at);
  }
  return [-1, ...cuts].map((cut, index) => text.slice(cut + 1, cuts[index]).trim());
}

type Parse = (match: Readonly<Record<string, string | undefined>>, fail: (why: string) => Error) => Requirement;

/** Every form of a requirement, most particular first. */
const forms: readonly (readonly [RegExp, Parse])[] = [
  [/^(?<key>[^\s=!<>(),]+)\s+(?<operator>in|notin)\s*\((?<list>[^()]*)\)$/u, setRequirement],
  [/^(?<key>[^\s=!<>(),]+)\s*(?<operator>==|=|!=)\s*(?<value>[^\s=!<>(),]*)$/u, equalityRequirement],
  [/^(?<key>[^\s=!<>(),]+)\s*(?<operator>[<>])\s*(?<value>[^\s=!<>(),]*)$/u, orderRequirement],
  [/^(?<absent>!)?\s*(?<key>[^\s=!<>(),]+)$/u, existenceRequirement],
];

function requirement(term: string, selector: string): Requirement {
  const fail = (why: string): Error =>
    badRequest(`unable to parse requirement ${JSON.stringify(term)} of selector ${JSON.stringify(selector)}: ${why}`);
  for (const [form, parse] of forms) {
    const groups = form.exec(term)?.groups;
    if (groups === undefined) continue;
    const wrong = qualifiedName(groups['key'] ?? '');
    if (wrong !== undefined) throw fail(`${JSON.stringify(groups['key'])} is not a label key: ${wrong}`);
    return parse(groups, fail);
  }
  throw fail('expected one of key=value, key!=value, key in (a,b), key notin (a,b), key, !key, key>1, key<1');
}

function setRequirement(
  { key = '', list = '', operator }: Parameters<Parse>[0],
  fail: Parameters<Parse>[1],
): Requirement {
  const values = new Set(list.split(',').map(value => checkedValue(value.trim(), fail)));
  const wanted = operator === 'in';
  return labels => (Object.hasOwn(labels, key) && values.has(labels[key] ?? '')) === wanted;
}

function equalityRequirement(
  { key = '', operator, value = '' }: Parameters<Parse>[0],
  fail: Parameters<Parse>[1],
): Requirement {
  const text = checkedValue(value, fail);
  const wanted = operator !== '!=';
  return labels => (Object.hasOwn(labels, key) && labels[key] === text) === wanted;
}

function orderRequirement(
  { key = '', operator, value = '' }: Parameters<Parse>[0],
  fail: Parameters<Parse>[1],
): Requirement {
  const bound = wholeNumber(value);
  if (bound === undefined) throw fail(`${JSON.stringify(value)} is not a whole number`);
  return labels => {
    const number = Object.hasOwn(labels, key) ? wholeNumber(labels[key] ?? '') : undefined;
    if (number === undefined) return false;
    return operator === '>' ? number > bound : number < bound;
  };
}

function existenceRequirement({ absent, key = '' }: Parameters<Parse>[0]): Requirement {
  return labels => Object.hasOwn(labels, key) === (absent === undefined);
}

function checkedValue(value: string, fail: Parameters<Parse>[1]): string {
  const wrong = labelValue(value);
  if (wrong !== undefined) throw fail(`${JSON.stringify(value)} is not a label value: ${wrong}`);
  return value;
}

function wholeNumber(text: string): bigint | undefined {
  return /^-?\d{1,19}$/u.test(text) ? BigInt(text) : undefined;
}

interface FieldTerm {
  readonly field: string;
  readonly value: string;
  readonly equal: boolean;
}

function fieldTerm(term: string, selector: string): FieldTerm {
  const match = /^(?<field>[^=!\\]+)(?<operator>!=|==|=)(?<value>(?:[^\\=]|\\[\\,=])*)$/u.exec(term)?.groups;
  if (match === undefined) {
    throw badRequest(`invalid field selector ${JSON.stringify(selector)}: cannot understand ${JSON.stringify(term)}`);
  }
  const { field = '', operator, value = '' } = match;
  return { field: field.trim(), value: value.replace(/\\(.)/gu, '$1'), equal: operator !== '!=' };
}

function splitUnescaped(text: string): readonly string[] {
  return text.match(/(?:\\.|[^,\\]|\\$)+/gu) ?? [];
}
