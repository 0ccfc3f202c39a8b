import { describe, expect, it } from 'vitest';
import type { ApiObject } from '../../../controller/model/object.ts';
import {
  fieldSelector,
  labelSelector,
  type SelectableFields,
} from '../../../controller/server/kubernetes/selectors.ts';

const object = (labels?: Record<string, string>, name = 'one', namespace = 'ns'): ApiObject => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: {
    name,
    namespace,
    uid: 'u',
    resourceVersion: '1',
    generation: 1,
    creationTimestamp: '2024-01-01T00:00:00Z',
    ...(labels === undefined ? {} : { labels }),
  },
  type: 'Warning',
  reason: 'a,b=c\\d',
});
const none: SelectableFields = () => ({});
const eventLike: SelectableFields = event => ({
  type: String(event['type'] ?? ''),
  reason: String(event['reason'] ?? ''),
});

describe('labelSelector', () => {
  const candidates: Record<string, ApiObject> = {
    unlabelled: object(),
    a: object({ tier: 'a' }),
    b: object({ tier: 'b', conf: '1' }),
    empty: object({ tier: '' }),
    ten: object({ size: '10' }),
    text: object({ size: 'ten' }),
  };

  it.each<{ selector: string; matches: string[] }>([
    { selector: '', matches: ['unlabelled', 'a', 'b', 'empty', 'ten', 'text'] },
    { selector: 'tier=a', matches: ['a'] },
    { selector: 'tier == a', matches: ['a'] },
    { selector: 'tier=', matches: ['empty'] },
    { selector: 'tier!=a', matches: ['unlabelled', 'b', 'empty', 'ten', 'text'] },
    { selector: 'tier in (a,b)', matches: ['a', 'b'] },
    { selector: 'tier in ( a , b ),conf=1', matches: ['b'] },
    { selector: 'tier in(a)', matches: ['a'] },
    { selector: 'tier in (a,)', matches: ['a', 'empty'] },
    { selector: 'tier notin (a,b)', matches: ['unlabelled', 'empty', 'ten', 'text'] },
    { selector: 'tier notin (a),tier', matches: ['b', 'empty'] },
    { selector: 'tier', matches: ['a', 'b', 'empty'] },
    { selector: '!tier', matches: ['unlabelled', 'ten', 'text'] },
    { selector: '! tier , size', matches: ['ten', 'text'] },
    { selector: 'size>9', matches: ['ten'] },
    { selector: 'size > 10', matches: [] },
    { selector: 'size<11', matches: ['ten'] },
    { selector: 'example.com/tier=a', matches: [] },
    { selector: 'toString', matches: [] },
    { selector: 'constructor!=x', matches: ['unlabelled', 'a', 'b', 'empty', 'ten', 'text'] },
  ])('$selector', ({ matches, selector }) => {
    const parsed = labelSelector(selector);

    expect(Object.keys(candidates).filter(name => parsed.matches(candidates[name] ?? object()))).toEqual(matches);
    expect(parsed.empty).toBe(selector === '');
  });

  it.each([
    ['a====b,,', 'unable to parse requirement "a====b" of selector "a====b,,": expected one of'],
    ['a=b,', 'unable to parse requirement "" of selector "a=b,"'],
    ['a in b', 'unable to parse requirement "a in b"'],
    ['a in (b', 'unable to parse requirement "a in (b"'],
    ['a=b c', 'unable to parse requirement "a=b c"'],
    ['-a=b', '"-a" is not a label key'],
    ['a=-b', '"-b" is not a label value'],
    ['a in (b,c!)', '"c!" is not a label value'],
    ['a>b', '"b" is not a whole number'],
    ['!', 'unable to parse requirement "!"'],
  ])('refuses %s', (selector, message) => {
    expect(() => labelSelector(selector)).toThrow(
      expect.objectContaining({ reason: 'BadRequest', message: expect.stringContaining(message) }),
    );
  });

  it('takes the longest selector that fits into a request at once', () => {
    expect(() => labelSelector(`${'a,'.repeat(8000)}(`)).toThrow('unable to parse');
  });
});

describe('fieldSelector', () => {
  it.each<{ selector: string; fields?: SelectableFields; matches: boolean; name?: string; namespace?: string }>([
    { selector: '', matches: true },
    { selector: 'metadata.name=one', matches: true, name: 'one' },
    { selector: 'metadata.name==two', matches: false, name: 'two' },
    { selector: 'metadata.name!=two', matches: true },
    { selector: 'metadata.name!=one', matches: false },
    { selector: 'metadata.namespace=ns,metadata.name=one', matches: true, name: 'one', namespace: 'ns' },
    { selector: 'metadata.namespace=other,', matches: false, namespace: 'other' },
    { selector: 'type=Warning', fields: eventLike, matches: true },
    { selector: 'type=', fields: eventLike, matches: false },
    { selector: 'reason=a\\,b\\=c\\\\d,type!=Normal', fields: eventLike, matches: true },
  ])('$selector', ({ fields = none, matches, name, namespace, selector }) => {
    const parsed = fieldSelector(selector, fields);

    expect({ matches: parsed.matches(object()), name: parsed.name, namespace: parsed.namespace }).toEqual({
      matches,
      name,
      namespace,
    });
    expect(parsed.empty).toBe(selector === '');
  });

  it.each([
    ['spec.nosuch.field=1', 'field label not supported: spec.nosuch.field'],
    ['type=Warning', 'field label not supported: type'],
    ['toString=1', 'field label not supported: toString'],
    ['metadata.name', 'invalid field selector "metadata.name": cannot understand "metadata.name"'],
    ['metadata.name=a=b', 'cannot understand "metadata.name=a=b"'],
    ['metadata.name=a\\b', 'cannot understand'],
    ['=a', 'cannot understand "=a"'],
  ])('refuses %s', (selector, message) => {
    expect(() => fieldSelector(selector, none)).toThrow(
      expect.objectContaining({ reason: 'BadRequest', message: expect.stringContaining(message) }),
    );
  });
});
