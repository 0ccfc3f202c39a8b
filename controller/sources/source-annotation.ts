import { annotations } from '../model/annotations.ts';
import { type ApiObject, keyOf, type Ref, refOf } from '../model/object.ts';

/** A file of a root: which directory, by its name, and the path in it. */
export interface SourceFile {
  readonly root: string;
  readonly path: string;
}

/**
 * The value of the annotation that makes a file the owner of an object: `ROOT/PATH#KIND/NAMESPACE/NAME`, percent-encoded
 * where needed. It names the object too, so that a copy of the object under another name belongs to nobody.
 */
export function sourceAnnotation(file: SourceFile, ref: Ref): string {
  return `${encodeURI(file.root)}/${file.path.split('/').map(encodeURIComponent).join('/')}#${keyOf(ref)}`;
}

/** The file that owns an object, when it is in one of these roots. */
export function sourceOf(object: ApiObject, roots: readonly string[]): SourceFile | undefined {
  const value = object.metadata.annotations?.[annotations.source];
  if (value === undefined || !value.endsWith(`#${keyOf(refOf(object))}`)) return undefined;
  const file = value.slice(0, value.lastIndexOf('#'));
  const within = roots.filter(name => file.startsWith(`${encodeURI(name)}/`));
  const root = within.sort((a, b) => b.length - a.length)[0];
  if (root === undefined) return undefined;
  return { root, path: decoded(file.slice(encodeURI(root).length + 1)) };
}

/** How a file is named in messages. */
export function fileLabel({ root, path }: SourceFile): string {
  return `${root}/${path}`;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) return path;
    throw error;
  }
}
