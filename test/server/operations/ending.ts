import { create, job, jobs, labelled, merge, type Operation, value, zeros } from './step.ts';

/** Deleting, and what tells of it. */
export const ending: readonly Operation[] = [
  {
    name: 'deletion',
    steps: [
      create(job('a')),
      { run: ['delete', 'jdef', 'a', '--dry-run=server'], shows: ['deleted'] },
      { run: ['delete', 'jdef', 'a'], shows: ['"a" deleted'] },
      { run: ['delete', 'jdef', 'a'], code: 1, shows: ['NotFound'] },
      { run: ['delete', 'jdef', 'a', '--ignore-not-found'] },
      create(job('held', { finalizers: ['test.example/hold'] })),
      { run: ['delete', 'jdef', 'held', '--timeout=1s'], code: 1, shows: ['timed out'] },
      value('held', '{.metadata.deletionTimestamp}', /^\d{4}-/),
      {
        run: merge('held', { metadata: { finalizers: ['test.example/hold', 'test.example/more'] } }),
        code: 1,
        shows: ['no new finalizers can be added if the object is being deleted'],
      },
      { run: merge('held', { metadata: { finalizers: null } }), shows: ['patched'] },
      { run: ['wait', 'jdef/held', '--for=delete', '--timeout=5s'] },
      create(labelled('c1', { set: '1' })),
      create(labelled('c2', { set: '1' })),
      create(labelled('c3', { set: '2' })),
      { run: ['delete', '--raw', `${jobs}?labelSelector=set%3D1`], shows: ['JobDefinitionList'] },
      { run: ['get', 'jdef', '-o', 'name'], shows: [/^[^\n]*\/c3\n$/] },
      {
        run: ['delete', '--raw', `${jobs}/c3`, '-f', '-'],
        input: { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid: zeros } },
        code: 1,
        shows: [/Conflict|Precondition failed/],
      },
      create(job('owner')),
      { run: ['get', 'jdef', 'owner', '-o', 'jsonpath={.metadata.uid}'], keep: 'owner' },
      create(
        job('dependent', {
          ownerReferences: [
            { apiVersion: 'batchwright.dev/v1alpha1', kind: 'JobDefinition', name: 'owner', uid: '{owner}' },
          ],
        }),
      ),
      { run: ['delete', 'jdef', 'owner', '--cascade=foreground'], shows: ['deleted'] },
      { run: ['get', 'jdef', 'dependent'], code: 1, shows: ['NotFound'] },
      { run: ['delete', 'jdef', '--all'], shows: ['"c3" deleted'] },
    ],
  },
  {
    name: 'events',
    steps: [
      create(job('a')),
      { run: ['get', 'jdef', 'a', '-o', 'jsonpath={.metadata.uid}'], keep: 'uid' },
      create({
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: 'a.1', namespace: '{ns}' },
        involvedObject: {
          apiVersion: 'batchwright.dev/v1alpha1',
          kind: 'JobDefinition',
          name: 'a',
          namespace: '{ns}',
          uid: '{uid}',
        },
        reason: 'Tested',
        message: 'this is a test',
        type: 'Normal',
        source: { component: 'test' },
        firstTimestamp: '2026-01-01T00:00:00Z',
        lastTimestamp: '2026-01-01T00:00:00Z',
        count: 1,
      }),
      { run: ['get', 'events'], shows: [/^LAST SEEN +TYPE +REASON +OBJECT +MESSAGE/, 'this is a test'] },
      { run: ['events', '--for', 'jobdefinition/a'], shows: ['this is a test'] },
      { run: ['get', 'events', '--field-selector', 'involvedObject.name=b'], shows: ['No resources found'] },
      { run: ['describe', 'jdef', 'a'], shows: [/^Name: +a/m, /Events:\n/, 'this is a test'] },
    ],
  },
  {
    name: 'namespaces',
    steps: [
      { run: ['get', 'ns', '{ns}'], shows: [/^{ns} +Active/m] },
      { run: ['create', 'ns', '{ns}'], code: 1, shows: ['AlreadyExists'] },
      { run: ['label', 'ns', '{ns}', 'x=1'], shows: ['labeled'] },
      { run: ['describe', 'ns', '{ns}'], shows: [/Status: +Active/] },
      create(job('a')),
      { run: ['delete', 'ns', '{ns}', '--timeout=20s'], shows: ['deleted'] },
      { run: ['get', 'ns', '{ns}'], code: 1, shows: ['NotFound'] },
      { run: ['get', 'jdef', '-A'], hides: [/^{ns} /m] },
    ],
  },
];
