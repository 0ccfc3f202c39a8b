import { z } from 'zod';
import { reference } from '../fields.ts';

/** Registry logins for the ECS agent itself. */
export const AgentRegistryAuth = z.strictObject({
  registryCredentials: z
    .array(reference('RegistryCredential', 'One login.'))
    .min(1)
    .max(20)
    .describe(
      'Logins that every instance gets at boot. Each job on the instance can get at them: prefer repositoryCredentials where you can.',
    ),
  failurePolicy: z
    .enum(['Continue', 'Block', 'Terminate'])
    .default('Continue')
    .describe(
      'What happens to an instance that does not get its logins in time: Continue without them, Block it from the cluster, or Terminate it.',
    ),
  deadlineSeconds: z
    .int()
    .min(60)
    .max(1800)
    .default(300)
    .describe('How long an instance tries, in seconds, 60 to 1800.'),
  refreshIntervalSeconds: z
    .int()
    .min(60)
    .max(86400)
    .optional()
    .describe('How often an instance looks for changed logins, in seconds; only at boot when left out.'),
  imagePullBehavior: z
    .enum(['default', 'always', 'once', 'prefer-cached'])
    .optional()
    .describe(
      'ECS_IMAGE_PULL_BEHAVIOR. Only always checks the login again for an image that is already on the instance.',
    ),
});
