import { describe, expect, it } from 'vitest';
import type { ApiObject } from '../../controller/model/object.ts';
import { type SourceFile, sourceAnnotation, sourceOf } from '../../controller/sources/source-annotation.ts';

const ref = { kind: 'Widget', namespace: 'default', name: 'a' };

function object(source: string | undefined, name = 'a'): ApiObject {
  const annotations = source === undefined ? {} : { 'batchwright.dev/source': source };
  const metadata = {
    name,
    namespace: 'default',
    uid: 'u',
    resourceVersion: '1',
    generation: 1,
    creationTimestamp: '',
    annotations,
  };
  return { apiVersion: 'batchwright.dev/v1alpha1', kind: 'Widget', metadata };
}

describe('the source annotation', () => {
  it.each<{ file: SourceFile; value: string }>([
    { file: { root: '/etc/manifests', path: 'jobs/a.yaml' }, value: '/etc/manifests/jobs/a.yaml#Widget/default/a' },
    { file: { root: 'repo', path: 'a b#c%.yaml' }, value: 'repo/a%20b%23c%25.yaml#Widget/default/a' },
    { file: { root: 'repo', path: 'é\n.yaml' }, value: 'repo/%C3%A9%0A.yaml#Widget/default/a' },
    { file: { root: '/my manifests', path: 'a.yaml' }, value: '/my%20manifests/a.yaml#Widget/default/a' },
  ])('names the file and the object: $value', ({ file, value }) => {
    expect(sourceAnnotation(file, ref)).toBe(value);
    expect(sourceOf(object(value), ['other', file.root])).toEqual(file);
  });

  it.each([
    { name: 'there is none', source: undefined },
    { name: 'it is of another directory', source: 'else/a.yaml#Widget/default/a' },
    { name: 'it is of a directory with the same beginning', source: 'repository/a.yaml#Widget/default/a' },
    { name: "it is the copy of another object's", source: 'repo/a.yaml#Widget/default/b' },
    { name: 'it names no object', source: 'repo/a.yaml' },
    { name: 'it is empty', source: '' },
  ])('gives an object to nobody when $name', ({ source }) => {
    expect(sourceOf(object(source), ['repo'])).toBeUndefined();
  });

  it('prefers the directory that is named most closely', () => {
    expect(sourceOf(object('/m/sub/a.yaml#Widget/default/a'), ['/m', '/m/sub'])).toEqual({
      root: '/m/sub',
      path: 'a.yaml',
    });
  });

  it('survives a value that somebody damaged', () => {
    expect(sourceOf(object('repo/%zz#Widget/default/a'), ['repo'])).toEqual({ root: 'repo', path: '%zz' });
  });
});
