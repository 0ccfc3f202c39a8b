import { isUtf8 } from 'node:buffer';
import { type Draft, type Key, keyOf, type Ref } from '../model/object.ts';
import type { ManifestFile } from './manifest.ts';
import type { ManifestParser } from './manifest-parser.ts';
import type { SettledFile } from './settle.ts';
import { fileLabel, type SourceFile } from './source-annotation.ts';
import { positionOf } from './yaml-node.ts';
import { type FieldPath, type Position, type Problem, pathText } from './yaml-problem.ts';

/** Something that a kind finds wrong with an object. `message` must not repeat values that can be secret. */
interface Issue {
  readonly path: FieldPath;
  readonly message: string;
}

/** What a kind says about an object of correct types: empty when it is valid. */
export type Validate = (kind: string, object: Draft) => readonly Issue[];

/** One object as a file declares it. */
export interface Declaration {
  readonly ref: Ref;
  readonly object: Draft;
  readonly file: SourceFile;
  /** Where its name stands. */
  readonly position: Position;
}

/** Everything that follows from the content of one file alone. */
export interface Reading {
  readonly file: SourceFile;
  /** Identifies the content. */
  readonly hash: string;
  readonly declarations: readonly Declaration[];
  readonly problems: readonly Problem[];
  /** Objects that the file names without declaring them correctly. */
  readonly claims: readonly Ref[];
  /** Whether a name that nobody could read may stand in the file: never, when its text says so, or possibly any. */
  readonly unread: 'nothing' | 'text' | 'anything';
  readonly bytes: Uint8Array | undefined;
  /** True when reading the same content again can end differently. */
  readonly retry: boolean;
}

/** Reads and validates the content of a file. A file with any problem declares nothing. */
export async function reading(
  parser: ManifestParser,
  validate: Validate,
  file: SourceFile,
  content: SettledFile,
): Promise<Reading> {
  const label = fileLabel(file);
  if (content.state === 'refused') {
    const problem = { file: label, line: 1, column: 1, path: '', message: content.message };
    const unread = content.reason === 'too-large' ? 'anything' : 'nothing';
    return {
      file,
      hash: content.reason,
      declarations: [],
      problems: [problem],
      claims: [],
      unread,
      bytes: undefined,
      retry: false,
    };
  }
  return readingOf(await parser.parse(content.bytes, label), validate, file, content.hash, content.bytes);
}

function readingOf(
  parsed: ManifestFile,
  validate: Validate,
  file: SourceFile,
  hash: string,
  bytes: Uint8Array,
): Reading {
  const problems = [...parsed.problems, ...issuesOf(parsed, validate), ...repeated(parsed)];
  const broken = problems.length > 0;
  return {
    file,
    hash,
    declarations: broken
      ? []
      : parsed.manifests.map(({ ref, object, document }) => ({ ref, object, file, position: namePosition(document) })),
    problems,
    claims: broken ? [...parsed.claims, ...parsed.manifests.map(({ ref }) => ref)] : [],
    unread: parsed.unreadable ? unreadPart(bytes) : 'nothing',
    bytes: broken ? bytes : undefined,
    retry: parsed.retry ?? false,
  };
}

function issuesOf({ manifests }: ManifestFile, validate: Validate): readonly Problem[] {
  return manifests.flatMap(({ ref, object, document }) =>
    validate(ref.kind, object).map(({ path, message }) => ({
      file: document.file,
      ...positionOf(document, path),
      path: pathText(path),
      message,
    })),
  );
}

function repeated({ manifests }: ManifestFile): readonly Problem[] {
  const first = new Map<Key, Position>();
  return manifests.flatMap(({ ref, document }) => {
    const key = keyOf(ref);
    const position = namePosition(document);
    const earlier = first.get(key);
    if (earlier === undefined) {
      first.set(key, position);
      return [];
    }
    const message = `the object is declared on line ${earlier.line} of this file already`;
    return [{ file: document.file, ...position, path: 'metadata.name', message }];
  });
}

function namePosition(document: ManifestFile['manifests'][number]['document']): Position {
  return positionOf(document, ['metadata', 'name']);
}

/** Names are ASCII, so in UTF-8 text they can be found; in anything else they cannot. */
function unreadPart(bytes: Uint8Array): Reading['unread'] {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(0) || !isUtf8(bytes)
    ? 'anything'
    : 'text';
}
