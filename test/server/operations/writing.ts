import { create, job, labelled, merge, type Operation, ready, value, zeros } from './step.ts';

/** Creating and changing, with and without mistakes. */
export const writing: readonly Operation[] = [
  {
    name: 'creation',
    steps: [
      create(job('a')),
      { run: ['create', '-f', '-'], input: job('a'), code: 1, shows: ['(AlreadyExists)', '"a" already exists'] },
      value('a', '{.metadata.generation} {.metadata.uid}', /^1 [0-9a-f-]{36}$/),
      { run: ['create', '--dry-run=server', '-f', '-'], input: job('b'), shows: ['(server dry run)'] },
      { run: ['get', 'jdef', 'b'], code: 1, shows: ['NotFound'] },
      { run: ['create', '-f', '-'], input: job('', { generateName: 'gen-' }), shows: [/\/gen-[a-z0-9]{5} created/] },
      {
        run: ['create', '-f', '-', '-o', 'yaml'],
        input: { ...job('c'), status: ready },
        shows: ['uid:'],
        hides: ['Ready'],
      },
      {
        run: ['-n', 'nowhere', 'create', '-f', '-'],
        input: job('a'),
        code: 1,
        shows: ['namespaces "nowhere" not found'],
      },
    ],
  },
  {
    name: 'mistakes',
    steps: [
      create(job('a')),
      {
        run: ['create', '-f', '-'],
        input: job('b', {}, { timeOut: 1 }),
        code: 1,
        shows: ['strict decoding error: unknown field "spec.timeOut"'],
      },
      {
        run: ['create', '--validate=warn', '-f', '-'],
        input: job('b', {}, { timeOut: 1 }),
        shows: ['Warning: unknown field "spec.timeOut"', 'created'],
      },
      { run: ['get', 'jdef', 'b', '-o', 'yaml'], hides: ['timeOut'] },
      {
        run: ['create', '--validate=ignore', '-f', '-'],
        input: job('c', {}, { timeOut: 1 }),
        shows: ['created'],
        hides: ['Warning'],
      },
      {
        run: merge('a', { spec: { retryStrategy: { attempts: '2' }, type: 'tub' } }),
        code: 1,
        shows: [
          'The JobDefinition "a" is invalid:',
          'spec.retryStrategy.attempts: Invalid value: "string": spec.retryStrategy.attempts in body must be of type integer',
          /spec.type: Unsupported value: "tub": supported values: "container"/,
        ],
      },
      {
        run: merge('a', { spec: { timeout: { attemptDurationSeconds: 59 } } }),
        code: 1,
        shows: [/The JobDefinition "a" is invalid: spec.timeout.attemptDurationSeconds: Invalid value: 59/],
      },
      {
        run: ['create', '-f', '-'],
        input: job('f', {}, { platformCapabilities: ['FARGATE'] }),
        code: 1,
        shows: [/The JobDefinition "f" is invalid:.*spec\.containerProperties/s],
      },
      {
        run: ['create', '-f', '-'],
        input: job('No_Name'),
        code: 1,
        shows: ['metadata.name: Invalid value: "No_Name"'],
      },
      { run: ['label', 'jdef', 'a', 'x=not ok'], code: 1, shows: [/invalid label value|Invalid value/] },
      { run: merge('a', { metadata: { labels: { x: 'n ok' } } }), code: 1, shows: ['metadata.labels: Invalid value'] },
      { run: merge('a', { metadata: { uid: zeros } }), code: 1, shows: [/Conflict|Precondition/] },
    ],
  },
  {
    name: 'changes',
    steps: [
      create(job('a')),
      { run: merge('a', { spec: { retryStrategy: { attempts: 2 } } }), shows: ['patched'] },
      value('a', '{.metadata.generation}{.spec.retryStrategy.attempts}', '22'),
      { run: merge('a', { spec: { retryStrategy: { attempts: 2 } } }), shows: ['patched (no change)'] },
      { run: merge('a', { spec: { retryStrategy: { attempts: 5 } } }, '--dry-run=server'), shows: ['patched'] },
      { run: ['label', 'jdef', 'a', 'x=1'], shows: ['labeled'] },
      { run: ['label', 'jdef', 'a', 'x=2'], code: 1, shows: ['already has a value'] },
      { run: ['annotate', 'jdef', '--all', 'note=some {"text": 1}'], shows: ['annotate'] },
      value('a', '{.metadata.generation}{.spec.retryStrategy.attempts}', '22'),
      {
        run: [
          'patch',
          'jdef',
          'a',
          '--type',
          'json',
          '-p',
          '[{"op":"test","path":"/metadata/labels/x","value":"1"},{"op":"remove","path":"/metadata/labels/x"}]',
        ],
        shows: ['patched'],
      },
      {
        run: ['patch', 'jdef', 'a', '--type', 'json', '-p', '[{"op":"remove","path":"/no"}]'],
        code: 1,
        shows: ['invalid'],
      },
      { run: ['patch', 'jdef', 'a', '-p', '{}'], code: 1, shows: ['strategic-merge-patch+json is not supported'] },
      {
        run: ['edit', 'jdef', 'a'],
        environment: { KUBE_EDITOR: `sed -i 's/attempts: 2/attempts: 3/'` },
        shows: ['edited'],
      },
      value('a', '{.spec.retryStrategy.attempts}', '3'),
      { run: ['get', 'jdef', 'a', '-o', 'jsonpath={.metadata.resourceVersion}'], keep: 'version' },
      { run: ['replace', '-f', '-'], input: labelled('a', { y: '1' }), shows: ['replaced'] },
      value('a', '{.metadata.labels}{.spec.retryStrategy.attempts}', '{"y":"1"}1'),
      {
        run: ['replace', '-f', '-'],
        input: job('a', { resourceVersion: '{version}' }),
        code: 1,
        shows: ['(Conflict)', 'the object has been modified'],
      },
      { run: ['label', 'jdef', 'a', 'z=1', '--resource-version={version}'], code: 1, shows: [/Conflict|modified/] },
      { run: ['replace', '-f', '-'], input: job('z'), code: 1, shows: ['NotFound'] },
      { run: ['replace', '--force', '-f', '-'], input: job('a'), shows: ['deleted', 'replaced'] },
      value('a', '{.metadata.generation}', '1'),
    ],
  },
];
