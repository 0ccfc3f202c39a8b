import { awsAccount } from './aws-account/aws-account.ts';
import { batchEnvironment } from './batch-environment/batch-environment.ts';
import { batchJob } from './batch-job/batch-job.ts';
import { jobDefinitionKind } from './job-definition/job-definition.ts';
import type { Kind } from './kind.ts';
import { registryCredential } from './registry-credential/registry-credential.ts';

/** Every kind that users can write; an object's order of creation does not matter. */
export const kinds: readonly Kind[] = [awsAccount, registryCredential, batchEnvironment, jobDefinitionKind, batchJob];
