import { describe, expect, it } from 'vitest';
import { readManifests } from '../../controller/sources/manifest.ts';
import { bombs } from './bombs.ts';
import { kinds, problemsOf, widget } from './kinds.ts';

describe('inputs made to exhaust the reader', () => {
  it.each(bombs)('rejects $name', ({ text }) => {
    expect(problemsOf(text())).not.toEqual([]);
  });
});

describe('inputs made to change prototypes', () => {
  const json = (spec: string) =>
    `{"apiVersion": "batchwright.dev/v1alpha1", "kind": "Widget", "metadata": {"name": "a"}, "spec": ${spec}}`;

  it.each([
    { name: '__proto__ in a spec', text: widget('a', '__proto__: {polluted: 1}') },
    { name: '__proto__ in a free map', text: widget('a', 'free: {__proto__: {polluted: 1}}') },
    { name: '__proto__ in tags', text: widget('a', 'tags: {__proto__: polluted}') },
    { name: '__proto__ with quotes', text: widget('a', 'free: {"__proto__": {polluted: 1}}') },
    { name: '__proto__ with single quotes', text: widget('a', "free: {'__proto__': {polluted: 1}}") },
    { name: '__proto__ with escapes', text: widget('a', 'free: {"\\x5f_proto\\u005f_": {polluted: 1}}') },
    { name: '__proto__ as an explicit key', text: widget('a', 'free:', '  ? __proto__', '  : {polluted: 1}') },
    { name: '__proto__ as a folded key', text: widget('a', 'free:', '  ? >-', '    __proto__', '  : {polluted: 1}') },
    { name: '__proto__ behind an alias', text: widget('a', 'free: {a: &a {__proto__: {polluted: 1}}, b: *a}') },
    { name: '__proto__ through a merge key', text: widget('a', 'free: {a: &a {polluted: 1}, <<: *a, __proto__: *a}') },
    { name: '__proto__ in metadata', text: `${widget('a')}  __proto__: {polluted: 1}\n` },
    { name: '__proto__ at the root', text: `${widget('a')}__proto__: {polluted: 1}\n` },
    { name: 'constructor.prototype', text: widget('a', 'free: {constructor: {prototype: {polluted: 1}}}') },
    { name: '__proto__ in JSON', text: json('{"free": {"__proto__": {"polluted": 1}}}') },
    { name: '__proto__ with escapes in JSON', text: json('{"\\u005f_proto__": {"polluted": 1}}') },
    { name: 'constructor in JSON', text: json('{"free": {"constructor": {"prototype": {"polluted": 1}}}}') },
  ])('rejects $name', ({ text }) => {
    const { manifests, problems } = readManifests(Buffer.from(text), 'f', kinds);
    const copies = manifests.map(({ object }) => Object.assign({}, object, object.spec));

    expect(problems.map(({ message }) => message)).toContain('this key is not allowed');
    expect(copies.every(copy => !('polluted' in copy))).toBe(true);
    expect('polluted' in {}).toBe(false);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});
