import { base, create, job, jobs, labelled, type Operation } from './step.ts';

/** Looking at what there is. */
export const reading: readonly Operation[] = [
  {
    name: 'what there is',
    steps: [
      { run: ['version'], shows: [/Server Version: .*v1\.\d+\.\d+/] },
      { run: ['get', '--raw', '/readyz'], shows: ['ok'] },
      { run: ['api-versions'], shows: [/^batchwright.dev\/v1alpha1$/m, /^v1$/m] },
      {
        run: ['api-resources', '--api-group=batchwright.dev', '-o', 'wide'],
        shows: [
          /^jobdefinitions +jdef +batchwright.dev\/v1alpha1 +true +JobDefinition +create,delete,deletecollection,get,list,patch,update,watch/m,
          ...['rcred', 'benv', 'bjob', 'awsa'].map(short => new RegExp(`^\\w+ +${short} `, 'm')),
        ],
      },
      { run: ['get', '--raw', base], shows: ['"jobdefinitions/status"'] },
      { run: ['get', '--raw', `${base}/nothing`], code: 1, shows: ['could not find the requested resource'] },
      { run: ['get', 'nothings'], code: 1, shows: [`the server doesn't have a resource type "nothings"`] },
      { run: ['get', 'crd', 'jobdefinitions.batchwright.dev'], shows: ['jobdefinitions.batchwright.dev'] },
      { run: ['cluster-info'], shows: ['is running at'] },
      { run: ['auth', 'can-i', 'create', 'jdef'], shows: [/^yes/] },
      { run: ['auth', 'can-i', '--list'], shows: ['Resources', 'batchwright.dev'] },
      { run: ['auth', 'whoami'], shows: [/Username +admin/] },
      { run: ['--token', 'wrong', 'get', '--raw', base], code: 1, shows: [/Unauthorized|must be logged in/] },
    ],
  },
  {
    name: 'explanations',
    steps: [
      { run: ['explain', 'benv'], shows: [/KIND: +BatchEnvironment/, 'What is wanted.', 'written by the controller'] },
      { run: ['explain', 'jdef.spec.timeout.attemptDurationSeconds'], shows: [/<integer>/i, /seconds/i] },
      { run: ['explain', 'awsa', '--recursive'], shows: ['accountId', 'conditions'] },
      { run: ['explain', 'jdef.spec.nothing'], code: 1, shows: ['does not exist'] },
    ],
  },
  {
    name: 'lists',
    steps: [
      create(labelled('a', { tier: 'x' })),
      create(labelled('b', { tier: 'x' })),
      create(labelled('c', { tier: 'y' })),
      create(job('d')),
      { run: ['get', 'jdef', '-l', 'tier in (x),tier'], shows: [/^a /m, /^b /m], hides: [/^[cd] /m] },
      { run: ['get', 'jdef', '-l', '!tier', '-o', 'name'], shows: ['/d'], hides: ['/a'] },
      { run: ['get', 'jdef', '-l', 'tier!=x', '-o', 'name'], shows: ['/c', '/d'], hides: ['/a'] },
      { run: ['get', 'jdef', '--field-selector', 'metadata.name!=a', '-o', 'name'], shows: ['/b'], hides: ['/a'] },
      { run: ['get', 'jdef', '--field-selector', 'spec.x=1'], code: 1, shows: ['field label not supported'] },
      { run: ['get', 'jdef', '--chunk-size=1', '--no-headers'], shows: [/^a .*\nb .*\nc .*\nd .*\n$/] },
      { run: ['get', '--raw', `${jobs}?limit=1`], shows: ['"continue":"', '"remainingItemCount":3'] },
      { run: ['get', '--raw', `${jobs}?limit=1&continue=bogus`], code: 1, shows: ['continue'] },
      { run: ['get', '--raw', `${jobs}?resourceVersion=0`], shows: ['"kind":"JobDefinitionList"'] },
      { run: ['get', 'jdef', '--sort-by=.metadata.name'], shows: [/^NAME .*AGE/, /^a .*\nb .*\nc /m] },
      { run: ['get', 'jdef', '-A'], shows: [/^NAMESPACE +NAME/, /^{ns} +a /m] },
      { run: ['get', 'jdef', 'a', 'd', '-o', 'name'], shows: [/^[^\n]*\/a\n[^\n]*\/d\n$/] },
      { run: ['get', 'jdef,benv,rcred'], shows: ['jobdefinition.batchwright.dev/a'] },
      { run: ['get', 'all'], shows: ['jobdefinition.batchwright.dev/a'] },
      { run: ['get', 'jdef', 'a', '--show-labels'], shows: [/tier=x\s*$/] },
      { run: ['get', 'jdef', 'a', '-o', 'wide'], shows: [/IMAGE/, /busybox/] },
      { run: ['get', 'jdef', '-o', 'custom-columns=N:.metadata.name'], shows: [/^N\na\nb\nc\nd\n$/] },
      { run: ['get', 'jdef', 'z'], code: 1, shows: ['(NotFound): jobdefinitions.batchwright.dev "z" not found'] },
      { run: ['get', 'jdef', 'z', '--ignore-not-found'] },
      { run: ['get', 'jdef', '-l', 'tier=z'], shows: ['No resources found'] },
    ],
  },
];
