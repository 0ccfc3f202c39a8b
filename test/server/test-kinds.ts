import { conditionOf } from '../../controller/model/conditions.ts';
import { valueAt } from '../../controller/model/path.ts';
import type { Column, FieldProblem, KindInfo } from '../../controller/server/kubernetes/kind-info.ts';
import type { Schema } from '../../controller/server/kubernetes/schema/schema.ts';

const status: Schema = {
  type: 'object',
  description: 'What is true.',
  properties: {
    observedGeneration: { type: 'integer', description: 'Generation that the status tells of.' },
    conditions: {
      type: 'array',
      description: 'Conditions.',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['type'],
      items: {
        type: 'object',
        required: ['type', 'status'],
        properties: {
          type: { type: 'string', description: 'Type.' },
          status: { type: 'string', enum: ['True', 'False', 'Unknown'], description: 'Status.' },
          reason: { type: 'string', description: 'Reason.' },
          message: { type: 'string', description: 'Message.' },
          observedGeneration: { type: 'integer', description: 'Generation.' },
          lastTransitionTime: { type: 'string', format: 'date-time', description: 'Time.' },
        },
      },
    },
  },
};

const columns: readonly Column[] = [
  {
    name: 'Ready',
    type: 'string',
    description: 'Whether it is as declared.',
    priority: 0,
    value: object => conditionOf(object.status, 'Ready')?.status ?? null,
  },
  {
    name: 'Reason',
    type: 'string',
    description: 'Why it is not.',
    priority: 1,
    value: object => conditionOf(object.status, 'Ready')?.reason ?? null,
  },
];

/** A kind like our job definitions, small enough to see through. */
export const jobDefinitions: KindInfo = {
  kind: 'JobDefinition',
  plural: 'jobdefinitions',
  singular: 'jobdefinition',
  shortNames: ['jdef'],
  categories: ['all', 'batchwright'],
  description: 'One job definition.',
  schema: {
    type: 'object',
    required: ['spec'],
    properties: {
      spec: {
        type: 'object',
        description: 'What is wanted.',
        required: ['type'],
        properties: {
          type: { type: 'string', enum: ['container', 'multinode'], description: 'Type of the job.' },
          retryStrategy: {
            type: 'object',
            description: 'What happens after a failure.',
            properties: {
              attempts: { type: 'integer', minimum: 1, maximum: 10, description: 'How often a job is tried.' },
            },
          },
          timeoutSeconds: { type: 'integer', minimum: 60, default: 3600, description: 'Seconds that a job may take.' },
          parameters: {
            type: 'object',
            description: 'Parameters.',
            additionalProperties: { type: 'string' },
          },
          environment: {
            type: 'array',
            description: 'Environment variables.',
            'x-kubernetes-list-type': 'map',
            'x-kubernetes-list-map-keys': ['name'],
            items: {
              type: 'object',
              required: ['name'],
              properties: {
                name: { type: 'string', description: 'Name.' },
                value: { type: 'string', description: 'Value.' },
              },
            },
          },
          command: { type: 'array', description: 'Command.', items: { type: 'string' } },
        },
      },
      status,
    },
  },
  columns,
  validate: object => multinodeProblems(object),
};

/** A second kind, for lists of several kinds and for owners of another kind. */
const registryCredentials: KindInfo = {
  kind: 'RegistryCredential',
  plural: 'registrycredentials',
  singular: 'registrycredential',
  shortNames: ['rcred'],
  categories: ['all', 'batchwright'],
  description: 'One registry login.',
  schema: {
    type: 'object',
    required: ['spec'],
    properties: {
      spec: {
        type: 'object',
        description: 'What is wanted.',
        properties: { registry: { type: 'string', description: 'Host of the registry.' } },
      },
      status,
    },
  },
  columns,
  validate: () => [],
};

/** The kinds that the tests serve. */
export const testKinds: readonly KindInfo[] = [jobDefinitions, registryCredentials];

function multinodeProblems(object: object): readonly FieldProblem[] {
  const multinode = valueAt(object, 'spec.type') === 'multinode';
  if (!multinode || valueAt(object, 'spec.command') === undefined) return [];
  return [{ path: ['spec', 'command'], message: 'must not be set for multinode jobs' }];
}
