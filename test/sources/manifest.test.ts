import { describe, expect, it } from 'vitest';
import { readManifests } from '../../controller/sources/manifest.ts';
import { kinds, problemsOf, widget } from './kinds.ts';

function objects(text: string) {
  const { manifests, problems } = readManifests(Buffer.from(text), 'f.yaml', kinds);
  expect(problems).toEqual([]);
  return manifests.map(({ object }) => JSON.parse(JSON.stringify(object)));
}

const head = { apiVersion: 'batchwright.dev/v1alpha1', kind: 'Widget' };

describe('readManifests', () => {
  it('reads an object with its namespace, labels and annotations', () => {
    const text = `${head.apiVersion}`;
    const yaml = `apiVersion: ${text}\nkind: Widget\nmetadata:\n  name: a\n  namespace: prod\n  labels: {team: x}\n  annotations:\n    batchwright.dev/paused: "true"\nspec:\n  text: hi\n`;

    expect(objects(yaml)).toEqual([
      {
        ...head,
        metadata: {
          name: 'a',
          namespace: 'prod',
          labels: { team: 'x' },
          annotations: { 'batchwright.dev/paused': 'true' },
        },
        spec: { text: 'hi' },
      },
    ]);
  });

  it('puts an object without a namespace into the default one, and takes it without a spec', () => {
    expect(objects(widget('a'))).toEqual([{ ...head, metadata: { name: 'a', namespace: 'default' } }]);
  });

  it('leaves out what the server owns, so that an exported object can be declared', () => {
    const exported = [
      'apiVersion: batchwright.dev/v1alpha1',
      'kind: Widget',
      'metadata:',
      '  name: a',
      '  namespace: default',
      '  annotations:',
      '  labels: ~',
      '  creationTimestamp: null',
      '  generation: 3',
      '  resourceVersion: "77"',
      '  uid: 0e123456',
      '  finalizers: [batchwright.dev/finalizer]',
      '  managedFields: [{manager: kubectl, time: 2024-01-01T00:00:00Z}]',
      'spec: {text: x}',
      'status: {conditions: [{lastTransitionTime: 2024-01-01T00:00:00Z}]}',
    ].join('\n');

    expect(objects(exported)).toEqual([
      { ...head, metadata: { name: 'a', namespace: 'default' }, spec: { text: 'x' } },
    ]);
  });

  it('opens lists as kubectl prints them', () => {
    const list = `apiVersion: v1\nkind: List\nitems:\n- {apiVersion: ${head.apiVersion}, kind: Widget, metadata: {name: a}}\n- {apiVersion: ${head.apiVersion}, kind: Gadget, metadata: {name: b}}\n`;

    expect(objects(list).map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual(['Widget a', 'Gadget b']);
  });

  it.each([
    {
      name: 'an account id with a leading zero',
      text: widget('a', 'text: 012345678901'),
      want: 'f.yaml:6:9: spec.text: must be a string, and a number would lose its leading zero; quote it',
    },
    {
      name: 'no kind',
      text: 'apiVersion: v1\nmetadata: {name: a}\n',
      want: 'f.yaml:1:1: kind: has no value; every object needs apiVersion and kind',
    },
    {
      name: 'no apiVersion',
      text: 'kind: Widget\nmetadata: {name: a}\n',
      want: 'f.yaml:1:1: apiVersion: has no value; every object needs apiVersion and kind',
    },
    {
      name: 'an unknown kind',
      text: 'apiVersion: apps/v1\nkind: Deployment\n',
      want: 'f.yaml:2:7: kind: unknown kind; known are Widget, Gadget',
    },
    {
      name: 'a misspelt kind',
      text: 'apiVersion: x/v1\nkind: Wigdet\n',
      want: 'f.yaml:2:7: kind: unknown kind; did you mean Widget?',
    },
    {
      name: 'another version',
      text: 'apiVersion: batchwright.dev/v2\nkind: Widget\nmetadata: {name: a}\n',
      want: 'f.yaml:1:13: apiVersion: must be batchwright.dev/v1alpha1 for this kind',
    },
    {
      name: 'no metadata',
      text: `apiVersion: ${head.apiVersion}\nkind: Widget\n`,
      want: 'f.yaml:1:1: metadata.name: has no value; give it one',
    },
    {
      name: 'no name',
      text: `apiVersion: ${head.apiVersion}\nkind: Widget\nmetadata: {}\n`,
      want: 'f.yaml:3:1: metadata.name: has no value; give it one',
    },
    {
      name: 'a name that is none',
      text: widget('Not_A_Name'),
      want: 'f.yaml:4:9: metadata.name: must be lower-case letters, digits and hyphens, and begin and end with a letter or digit',
    },
    {
      name: 'a name with a slash',
      text: widget('a/b'),
      want: 'f.yaml:4:9: metadata.name: must be lower-case letters, digits and hyphens, and begin and end with a letter or digit',
    },
    {
      name: 'a namespace that is none',
      text: `${widget('a')}  namespace: a.b\n`,
      want: 'f.yaml:5:14: metadata.namespace: must be lower-case letters, digits and hyphens, and begin and end with a letter or digit',
    },
    {
      name: 'a label that is no string',
      text: `${widget('a')}  labels: {n1: 1}\n`,
      want: 'f.yaml:5:16: metadata.labels.*: must be a string, but reads as a number; quote it',
    },
    {
      name: 'a generated name',
      text: `${widget('a')}  generateName: x\n`,
      want: 'f.yaml:5:3: metadata: unknown field',
    },
    { name: 'a field beside spec', text: `${widget('a')}data: {}\n`, want: 'f.yaml:5:1: unknown field' },
    {
      name: 'a list item that is none',
      text: 'apiVersion: v1\nkind: List\nitems: [x]\n',
      want: 'f.yaml:3:9: items[0]: must be an object',
    },
  ])('reports $name', ({ text, want }) => {
    expect(problemsOf(text)).toEqual([want]);
  });

  it('sorts the problems of a file by position and stops listing at a hundred', () => {
    const text = Array.from({ length: 150 }, () => 'nonsense: 1').map(
      (line, row) => `${line.replace('nonsense', `none${row}`)}`,
    );

    const problems = problemsOf(`${widget('a', ...text)}---\na: [\n`);

    expect(problems).toHaveLength(100);
    expect(problems[0]).toBe('f.yaml:6:3: spec: unknown field');
    expect(problems[99]).toBe('f.yaml:105:3: 52 more problems from here on');
  });

  it('names the objects that a file claims without declaring them correctly', () => {
    const text = `${widget('good')}---\n${widget('bad', 'text: 1')}---\nkind: Else\nmetadata: {name: x, namespace: y}\n---\nb: [\n`;

    const { manifests, claims, unreadable } = readManifests(Buffer.from(text), 'f', kinds);

    expect(manifests.map(({ ref }) => ref)).toEqual([{ kind: 'Widget', namespace: 'default', name: 'good' }]);
    expect(claims).toEqual([
      { kind: 'Widget', namespace: 'default', name: 'bad' },
      { kind: 'Else', namespace: 'y', name: 'x' },
    ]);
    expect(unreadable).toBe(true);
  });

  it('never repeats what a file says', () => {
    const secret = 'hunter2-';
    const places = [
      `a: "${secret}\\q"`,
      `a: !${secret} x`,
      `%${secret} x\n---\na: 1`,
      `a: *${secret}`,
      `${secret}: 1\n${secret}: 2`,
      `kind: ${secret}\napiVersion: ${secret}`,
      widget(secret, `text: [${secret}]`),
      widget(
        'a',
        `${secret}: 1`,
        `count: ${secret}`,
        `enabled: ${secret}`,
        `state: ${secret}`,
        `tags: {${secret}: 1}`,
        `list: ${secret}`,
      ),
      `${widget('a')}  namespace: ${secret}\n  ${secret}: ${secret}\n`,
      `password: ${secret}\n  x: [`,
      `!<tag:${secret}> a: b`,
      `a: !h!${secret} x`,
    ];

    const problems = places.map(text => problemsOf(text));

    expect(problems.every(list => list.length > 0)).toBe(true);
    expect(problems.flat().filter(text => text.includes('hunter2'))).toEqual([]);
  });
});
