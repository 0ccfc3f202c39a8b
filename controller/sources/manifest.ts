import type { JsonObject } from '../model/json.ts';
import { isObject } from '../model/json.ts';
import type { Draft, Ref } from '../model/object.ts';
import { parseManifests } from './yaml-documents.ts';
import { type YamlLimits, yamlLimits } from './yaml-limits.ts';
import { entryOf, type MappingNode, type YamlDocument, type YamlNode } from './yaml-node.ts';
import type { Position, Problem } from './yaml-problem.ts';
import type { KindSchema, StructuralSchema } from './yaml-schema.ts';
import { suggestion } from './yaml-suggestion.ts';
import { decodedText } from './yaml-text.ts';
import { typed } from './yaml-typed.ts';

/** One object that a file declares. */
interface Manifest {
  readonly ref: Ref;
  readonly object: Draft;
  /** The document it was read from, for the positions of what is found wrong with it later. */
  readonly document: YamlDocument;
}

/** What one file declares and what is wrong with it. */
export interface ManifestFile {
  /** Objects that could be read. They are the file's declaration only when `problems` is empty. */
  readonly manifests: readonly Manifest[];
  readonly problems: readonly Problem[];
  /** Objects that the file names but does not declare correctly. */
  readonly claims: readonly Ref[];
  /** True when some part of the file could not be read, so that it may name objects nobody knows of. */
  readonly unreadable: boolean;
  /** True when not the file but its reader failed, so that another try can end differently. */
  readonly retry?: boolean;
}

/** Namespace of an object whose manifest names none. */
const defaultNamespace = 'default';

const text: StructuralSchema = { type: 'string' };
const metadataSchema: StructuralSchema = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    namespace: { type: 'string' },
    labels: { type: 'object', nullable: true, additionalProperties: text },
    annotations: { type: 'object', nullable: true, additionalProperties: text },
  },
};

/** What the server owns and exported manifests carry; it is left out unread. */
const serverOwned: ReadonlySet<string> = new Set([
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'selfLink',
  'finalizers',
  'managedFields',
]);

const namePattern = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const namespacePattern = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;

/** Reads a manifest file: its objects with every scalar typed by the schema of its kind, and all problems at once. */
export function readManifests(
  bytes: Uint8Array,
  file: string,
  kinds: readonly KindSchema[],
  limits: YamlLimits = yamlLimits,
): ManifestFile {
  const decoded = decodedText(bytes, file, limits);
  if ('problem' in decoded) return { manifests: [], problems: [decoded.problem], claims: [], unreadable: true };
  const parsed = parseManifests(decoded.text, file, limits);
  const manifests: Manifest[] = [];
  const problems: Problem[] = [...parsed.problems];
  const claims: Ref[] = [];
  for (const document of parsed.documents.flatMap(document => objectsIn(document, problems))) {
    const before = problems.length;
    const manifest = readObject(document, kinds, problems);
    if (manifest && problems.length === before) manifests.push(manifest);
    else claims.push(...claimOf(document.root));
  }
  return { manifests, problems: bounded(problems, limits), claims, unreadable: parsed.unreadable };
}

function objectsIn(document: YamlDocument, problems: Problem[]): readonly YamlDocument[] {
  const { file, root } = document;
  if (textOf(root, 'kind') !== 'List' || textOf(root, 'apiVersion') !== 'v1') return [document];
  const items = entryOf(root, 'items')?.value;
  if (items?.kind !== 'sequence') return [];
  return items.items.flatMap((item, index) => {
    if (item.kind === 'mapping') return [{ file, root: item }];
    problems.push(problem(file, item, `items[${index}]`, 'must be an object'));
    return [];
  });
}

function readObject(document: YamlDocument, kinds: readonly KindSchema[], problems: Problem[]): Manifest | undefined {
  const { file, root } = document;
  const kind = kindOf(document, kinds, problems);
  if (kind === undefined) return undefined;
  const content = { file, root: withoutServerOwned(root) };
  const { value, problems: found } = typed(content, objectSchema(kind.schema));
  problems.push(...found);
  if (!isObject(value)) return undefined;
  const metadata = isObject(value['metadata']) ? value['metadata'] : {};
  const { name, namespace = defaultNamespace } = metadata;
  if (typeof name !== 'string' || typeof namespace !== 'string') {
    if (found.length === 0) {
      problems.push(problem(file, entryOf(root, 'metadata') ?? root, 'metadata.name', 'has no value; give it one'));
    }
    return undefined;
  }
  checkNames(document, name, namespace, problems);
  const labels = metadata['labels'] as Record<string, string> | null | undefined;
  const annotations = metadata['annotations'] as Record<string, string> | null | undefined;
  const object: Draft = {
    ...value,
    apiVersion: kind.apiVersion,
    kind: kind.kind,
    metadata: { name, namespace, ...(labels && { labels }), ...(annotations && { annotations }) },
    ...(isObject(value['spec']) && { spec: value['spec'] as JsonObject }),
  };
  return { ref: { kind: kind.kind, namespace, name }, object, document };
}

function kindOf(
  { file, root }: YamlDocument,
  kinds: readonly KindSchema[],
  problems: Problem[],
): KindSchema | undefined {
  const apiVersion = textOf(root, 'apiVersion');
  const name = textOf(root, 'kind');
  for (const field of ['apiVersion', 'kind']) {
    if (textOf(root, field)) continue;
    const message = 'has no value; every object needs apiVersion and kind';
    problems.push(problem(file, entryOf(root, field)?.value ?? root, field, message));
  }
  if (!apiVersion || !name) return undefined;
  const named = kinds.filter(({ kind }) => kind === name);
  const found = named.find(kind => kind.apiVersion === apiVersion);
  if (found) return found;
  const [other] = named;
  if (other) {
    const at = entryOf(root, 'apiVersion')?.value ?? root;
    problems.push(problem(file, at, 'apiVersion', `must be ${other.apiVersion} for this kind`));
    return undefined;
  }
  const names = kinds.map(({ kind }) => kind);
  const near = suggestion(name, names);
  const message = `unknown kind; ${near ? `did you mean ${near}?` : `known are ${names.join(', ')}`}`;
  problems.push(problem(file, entryOf(root, 'kind')?.value ?? root, 'kind', message));
  return undefined;
}

function objectSchema(schema: StructuralSchema): StructuralSchema {
  const own = { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: metadataSchema };
  return { ...schema, properties: { ...schema.properties, ...own } };
}

function withoutServerOwned(root: MappingNode): MappingNode {
  const entries = root.entries.flatMap(entry => {
    if (entry.key === 'status') return [];
    if (entry.key !== 'metadata' || entry.value.kind !== 'mapping') return [entry];
    const kept = entry.value.entries.filter(({ key }) => !serverOwned.has(key));
    return [{ ...entry, value: { ...entry.value, entries: kept } }];
  });
  return { ...root, entries };
}

function checkNames({ file, root }: YamlDocument, name: string, namespace: string, problems: Problem[]): void {
  const metadata = entryOf(root, 'metadata')?.value;
  const at = (field: string) => (metadata?.kind === 'mapping' && entryOf(metadata, field)?.value) || root;
  const rule = 'must be lower-case letters, digits and hyphens, and begin and end with a letter or digit';
  if (name.length > 253 || !namePattern.test(name)) problems.push(problem(file, at('name'), 'metadata.name', rule));
  if (namespace.length > 63 || !namespacePattern.test(namespace)) {
    problems.push(problem(file, at('namespace'), 'metadata.namespace', rule));
  }
}

function claimOf(root: MappingNode): readonly Ref[] {
  const metadata = entryOf(root, 'metadata')?.value;
  const kind = textOf(root, 'kind');
  const name = metadata && textOf(metadata, 'name');
  if (!kind || !name) return [];
  return [{ kind, namespace: textOf(metadata, 'namespace') || defaultNamespace, name }];
}

function textOf(node: YamlNode, key: string): string | undefined {
  const value = node.kind === 'mapping' ? entryOf(node, key)?.value : undefined;
  return value?.kind === 'scalar' ? value.text : undefined;
}

function problem(file: string, { line, column }: Position, path: string, message: string): Problem {
  return { file, line, column, path, message };
}

function bounded(problems: readonly Problem[], limits: YamlLimits): readonly Problem[] {
  const sorted = [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
  const last = sorted[limits.problems - 1];
  if (sorted.length <= limits.problems || last === undefined) return sorted;
  const rest = sorted.length - limits.problems + 1;
  return [
    ...sorted.slice(0, limits.problems - 1),
    { ...last, path: '', message: `${rest} more problems from here on` },
  ];
}
