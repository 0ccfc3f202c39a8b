import { attempts, create, job, labelled, merge, type Operation, ready, value } from './step.ts';

/** Declaring what is wanted, and reporting what is so. */
export const applying: readonly Operation[] = [
  {
    name: 'apply and diff',
    steps: [
      { run: ['diff', '-f', '-'], input: job('a'), code: 1, shows: ['+kind: JobDefinition'] },
      { run: ['apply', '-f', '-'], input: labelled('a', { x: '1' }), shows: ['created'] },
      { run: ['apply', '-f', '-'], input: labelled('a', { x: '1' }), shows: ['unchanged'] },
      { run: ['annotate', 'jdef', 'a', 'others=1'] },
      { run: ['diff', '-f', '-'], input: labelled('a', { x: '1' }), code: 0 },
      {
        run: ['diff', '-f', '-'],
        input: attempts('a', 2),
        code: 1,
        shows: [/^-\s+attempts: 1\n\+\s+attempts: 2$/m, /^-\s+x: "1"$/m],
        hides: [/^[-+].*(others|status|image|resourceVersion|revisionHistoryLimit)/m],
      },
      {
        run: ['apply', '--dry-run=server', '-f', '-'],
        input: attempts('a', 2),
        shows: ['configured (server dry run)'],
      },
      { run: ['apply', '-f', '-'], input: attempts('a', 2), shows: ['configured'] },
      value('a', '{.spec.retryStrategy.attempts}{.metadata.labels}{.metadata.annotations.others}', '21'),
      { run: ['apply', 'view-last-applied', 'jdef', 'a'], shows: ['kind: JobDefinition'] },
      { run: ['apply', '-f', '-'], input: labelled('gone', { set: '1' }), shows: ['created'] },
      {
        run: ['apply', '-f', '-', '--prune', '-l', 'set=1', '--prune-allowlist=batchwright.dev/v1alpha1/JobDefinition'],
        input: labelled('kept', { set: '1' }),
        shows: ['kept created', 'gone pruned'],
      },
    ],
  },
  {
    name: 'apply sets',
    steps: ['first', 'second'].map(name => ({
      run: ['apply', '-f', '-', '--prune', '--applyset=configmaps/set'],
      input: job(name),
      environment: { KUBECTL_APPLYSET: 'true' },
      shows: [`${name} created`, ...(name === 'second' ? ['first pruned'] : [])],
    })),
  },
  {
    name: 'server-side apply',
    steps: [
      { run: ['apply', '--server-side', '-f', '-'], input: labelled('a', { x: '1' }), shows: ['serverside-applied'] },
      {
        run: ['get', 'jdef', 'a', '-o', 'yaml', '--show-managed-fields'],
        shows: ['manager: kubectl', 'operation: Apply'],
      },
      {
        run: ['apply', '--server-side', '--field-manager=other', '-f', '-'],
        input: labelled('a', { x: '2' }),
        code: 1,
        shows: ['conflict with "kubectl": .metadata.labels.x'],
      },
      {
        run: ['diff', '--server-side', '--field-manager=other', '--force-conflicts', '-f', '-'],
        input: labelled('a', { x: '2' }),
        code: 1,
        shows: [/^\+ +x: "2"$/m],
      },
      {
        run: ['apply', '--server-side', '--field-manager=other', '--force-conflicts', '-f', '-'],
        input: labelled('a', { x: '2', y: '3' }),
        shows: ['serverside-applied'],
      },
      { run: ['apply', '--server-side', '--field-manager=other', '-f', '-'], input: labelled('a', { x: '2' }) },
      value('a', '{.metadata.labels}', '{"x":"2"}'),
      { run: ['apply', '-f', '-'], input: labelled('b', { x: '1' }), shows: ['created'] },
      { run: ['diff', '--server-side', '-f', '-'], input: labelled('b', { x: '1' }), code: 0 },
      { run: ['apply', '--server-side', '-f', '-'], input: labelled('b', { x: '2' }), shows: ['serverside-applied'] },
      { run: ['apply', '-f', '-'], input: labelled('b', { x: '3' }), shows: ['configured'] },
      {
        run: ['apply', '--server-side', '-f', '-'],
        input: job('a', {}, { timeOut: 1 }),
        code: 1,
        shows: ['spec.timeOut'],
      },
    ],
  },
  {
    name: 'status',
    steps: [
      create(job('a')),
      { run: merge('a', { status: ready }), shows: ['no change'] },
      { run: merge('a', { status: ready, spec: null }, '--subresource=status'), shows: ['patched'] },
      value('a', '{.metadata.generation}{.status.conditions[0].status}', '1True'),
      { run: ['get', 'jdef', 'a', '--subresource=status', '-o', 'name'], shows: ['/a'] },
      { run: ['get', 'jdef', 'a'], shows: [/^NAME +READY +REASON .*CHECKED +AGE +MESSAGE/, /^a +True +Reconciled/m] },
      { run: ['wait', 'jdef/a', '--for=condition=Ready', '--timeout=5s'], shows: ['condition met'] },
      { run: ['wait', 'jdef/a', '--for=jsonpath={.status.conditions[0].reason}=Reconciled'], shows: ['condition met'] },
      { run: ['wait', 'jdef/a', '--for=condition=Stalled', '--timeout=1s'], code: 1, shows: ['timed out'] },
      {
        run: ['wait', 'jdef/a', '--for=condition=Ready', '--timeout=5s'],
        environment: { KUBE_FEATURE_WatchListClient: 'true' },
        shows: ['condition met'],
        hides: ['falling back'],
        since: 31,
      },
      { run: merge('a', { spec: { retryStrategy: { attempts: 2 } } }), shows: ['patched'] },
      { run: ['wait', 'jdef/a', '--for=condition=Ready', '--timeout=1s'], code: 1, shows: ['timed out'] },
    ],
  },
];
