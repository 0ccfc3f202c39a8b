import { annotations } from '../../model/annotations.ts';
import { defineKind, type Kind, type Reference } from '../kind.ts';
import { pathText } from '../rule.ts';
import { familyName, jobDefinition } from './content.ts';
import { containers } from './places.ts';
import { pullReady } from './pull-ready.ts';
import { JobDefinitionSpec, JobDefinitionStatus } from './spec.ts';

function references(spec: JobDefinitionSpec): readonly Reference[] {
  return [
    ...(spec.account ? [{ kind: 'AwsAccount', name: spec.account.name, path: 'spec.account.name' }] : []),
    ...(spec.environment
      ? [{ kind: 'BatchEnvironment', name: spec.environment.name, path: 'spec.environment.name' }]
      : []),
    ...containers(spec).flatMap(({ path, container }) => {
      const name = container.registryCredential?.name;
      return name === undefined
        ? []
        : [{ kind: 'RegistryCredential', name, path: `spec${pathText(path)}.registryCredential.name` }];
    }),
  ];
}

/** One job definition; a new revision only when its content really differs. */
export const jobDefinitionKind: Kind = defineKind<JobDefinitionSpec>({
  kind: 'JobDefinition',
  plural: 'jobdefinitions',
  singular: 'jobdefinition',
  shortNames: ['jdef'],
  description:
    "One AWS Batch job definition: RegisterJobDefinition's input without its name, where containers may name a RegistryCredential.",
  spec: JobDefinitionSpec,
  status: JobDefinitionStatus,
  columns: [
    { name: 'Revision', type: 'integer', jsonPath: '.status.jobDefinition.revision', description: 'Newest revision.' },
    {
      name: 'Pull',
      type: 'string',
      jsonPath: '.status.conditions[?(@.type=="PullReady")].reason',
      description: 'How the image is pulled.',
    },
    {
      name: 'Image',
      type: 'string',
      jsonPath: '.spec.containerProperties.image',
      description: 'Image that runs.',
      priority: 1,
    },
  ],
  account: spec => spec.account?.name,
  references,
  watches: ['RegistryCredential'],
  retain: spec => spec.deletionPolicy === 'Retain',
  claims: object => [`JobDefinition:${familyName({ object }, object.metadata.annotations?.[annotations.awsName])}`],
  expand: input => ({
    declared: [jobDefinition(input, familyName(input, input.object.metadata.annotations?.[annotations.awsName]))],
    verdicts: [pullReady(input)],
  }),
  report: (_, [definition]) => {
    const { arn, revision } = definition?.view?.outputs ?? {};
    return { jobDefinition: arn === undefined ? undefined : { name: definition?.name, arn, revision } };
  },
});
