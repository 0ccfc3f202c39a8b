import type { ApiObject } from '../../model/object.ts';
import { valueAt } from '../../model/path.ts';
import type { BatchEnvironmentSpec } from '../batch-environment/spec.ts';
import type { JobDefinitionSpec } from '../job-definition/spec.ts';
import type { BatchJobSpec } from './spec.ts';

/** Looks up an object of the namespace that the job names. */
export type Referenced = (kind: string, name: string) => ApiObject | undefined;

/** What a job is submitted with and to, as far as it is declared here. */
export interface Fit {
  readonly spec: BatchJobSpec;
  readonly referenced: Referenced;
  readonly definition:
    | {
        readonly name: string;
        readonly own: JobDefinitionSpec;
        /** With the overrides of the job. */
        readonly effective: JobDefinitionSpec;
      }
    | undefined;
  readonly environment: BatchEnvironmentSpec | undefined;
}

/** The queue of the environment that a job goes to, as the environment declares it. */
export function declaredQueue({ spec, environment }: Fit): BatchEnvironmentSpec['jobQueues'][number] | undefined {
  const { jobQueue } = spec;
  return jobQueue === undefined
    ? environment?.jobQueues[0]
    : environment?.jobQueues.find(({ name }) => name === jobQueue);
}

/** How large another BatchJob of the namespace is as an array; undefined where it is none or not there. */
export function arraySizeOf(referenced: Referenced, name: string): number | undefined {
  const size = valueAt(referenced('BatchJob', name)?.spec, 'arrayProperties.size');
  return typeof size === 'number' ? size : undefined;
}
