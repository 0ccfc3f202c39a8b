import { describe, expect, it } from 'vitest';
import type { Json } from '../../../../controller/model/json.ts';
import {
  itemElement,
  memberElement,
  memberNameOf,
  type PathElement,
  parsedElement,
  shownPath,
} from '../../../../controller/server/kubernetes/apply/path-element.ts';
import type { Schema } from '../../../../controller/server/kubernetes/schema/schema.ts';

const set: Schema = { type: 'array', 'x-kubernetes-list-type': 'set', items: {} };
const ports: Schema = {
  type: 'array',
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['port', 'protocol'],
  items: { type: 'object', properties: { port: { type: 'integer' }, protocol: { type: 'string', default: 'TCP' } } },
};

describe('itemElement', () => {
  it.each<{ name: string; list: Schema; item: Json; element: string }>([
    { name: 'a value', list: set, item: 'x', element: 'v:"x"' },
    { name: 'a value that is an object', list: set, item: { b: 1, a: 2 }, element: 'v:{"a":2,"b":1}' },
    {
      name: 'keys, sorted',
      list: ports,
      item: { protocol: 'UDP', port: 1, x: 2 },
      element: 'k:{"port":1,"protocol":"UDP"}',
    },
    { name: 'a key by default', list: ports, item: { port: 1 }, element: 'k:{"port":1,"protocol":"TCP"}' },
    { name: 'a missing key', list: ports, item: {}, element: 'k:{"port":null,"protocol":"TCP"}' },
    { name: 'an item of another type', list: ports, item: 'x', element: 'v:"x"' },
  ])('tells items apart by $name', ({ element, item, list }) => {
    expect(itemElement(list, item)).toBe(element);
  });
});

it('leads to members and back', () => {
  expect(memberElement('a.b')).toBe('f:a.b');
  expect(memberNameOf('f:a.b')).toBe('a.b');
  expect(memberNameOf('v:"a"')).toBeUndefined();
});

it.each([
  ['f:', 'f:'],
  ['f:a:b', 'f:a:b'],
  ['i:01', 'i:1'],
  ['i:x', undefined],
  ['k:{"b": 1, "a": 2}', 'k:{"a":2,"b":1}'],
  ['k:"x"', undefined],
  ['k:{', undefined],
  ['v: "x"', 'v:"x"'],
  ['v:', undefined],
  ['.', undefined],
  ['x:y', undefined],
  ['', undefined],
])('reads %j as %j', (text, element) => {
  expect(parsedElement(text)).toBe(element);
});

it.each<{ path: PathElement[]; shown: string }>([
  { path: ['f:metadata', 'f:labels', 'f:a.b/c'], shown: '.metadata.labels.a.b/c' },
  { path: ['f:spec', 'f:env', 'k:{"name":"A"}', 'f:value'], shown: '.spec.env[name="A"].value' },
  { path: ['f:ports', 'k:{"port":80,"protocol":"TCP"}'], shown: '.ports[port=80,protocol="TCP"]' },
  { path: ['f:finalizers', 'v:"x"'], shown: '.finalizers[="x"]' },
  { path: ['f:list', 'i:3'], shown: '.list[3]' },
])('shows $shown', ({ path, shown }) => {
  expect(shownPath(path)).toBe(shown);
});
