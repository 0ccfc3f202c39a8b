import { z } from 'zod';
import { registryScope } from '../../registry/registry-scope.ts';
import { AccountReference, arnOf, DeletionPolicy, exactlyOne, tags } from '../fields.ts';

const path = z.string().min(1).max(4096);
const variable = z.string().regex(/^[A-Za-z_]\w*$/, 'must be the name of an environment variable');
const literalUsername = z.string().min(1).max(255).optional();

const Source = z
  .strictObject({
    files: z
      .strictObject({
        username: literalUsername.describe(
          'User name, where it is not in a file. Exactly one of username and usernamePath.',
        ),
        usernamePath: path.optional().describe('File that holds the user name; white space around it is removed.'),
        passwordPath: path.describe('File that holds the password or token; one line end after it is removed.'),
      })
      .superRefine((value, context) => exactlyOne(value, ['username', 'usernamePath'], context))
      .optional()
      .describe('Files, for example mounted by a secrets driver. Read again at every look.'),
    environment: z
      .strictObject({
        username: literalUsername.describe(
          'User name, where it is not in a variable. Exactly one of username and usernameVariable.',
        ),
        usernameVariable: variable.optional().describe('Environment variable of the process that holds the user name.'),
        passwordVariable: variable.describe('Environment variable of the process that holds the password or token.'),
      })
      .superRefine((value, context) => exactlyOne(value, ['username', 'usernameVariable'], context))
      .optional()
      .describe('Environment variables of the Batchwright process.'),
    dockerConfig: z
      .strictObject({
        path: path.describe('A Docker config.json, or a mounted .dockerconfigjson.'),
        registry: z
          .string()
          .min(1)
          .optional()
          .describe('The entry of `auths` to take; the one for spec.registry when left out.'),
      })
      .optional()
      .describe('One login from a Docker config.json. Credential helpers are not run.'),
    existingSecret: z
      .strictObject({
        secretId: z
          .string()
          .min(1)
          .max(2048)
          .describe('Name or full ARN of the secret. Its JSON must hold username and password.'),
      })
      .optional()
      .describe(
        'A Secrets Manager secret that somebody else manages. It is only observed: never written, tagged or deleted.',
      ),
  })
  .superRefine((value, context) =>
    exactlyOne(value, ['files', 'environment', 'dockerConfig', 'existingSecret'], context),
  )
  .describe('Where the login comes from; exactly one member. The value itself never stands in the spec.');

export const RegistryCredentialSpec = z.strictObject({
  account: AccountReference,
  registry: z
    .string()
    .superRefine((text, context) => {
      const scope = registryScope(text);
      if (!scope.ok) context.addIssue({ code: 'custom', message: scope.problem });
    })
    .describe(
      'What the login is for: a registry host such as ghcr.io, with a namespace where it is only for a part of it, such as docker.io/acme.',
    ),
  source: Source,
  secretName: z
    .string()
    .regex(/^[\w/+=.@-]{1,512}$/, 'must be at most 512 letters, digits and /_+=.@- characters')
    .refine(
      name => !/-[A-Za-z0-9]{6}$/.test(name),
      'must not end in a hyphen and six characters: Secrets Manager would take that for the end of an ARN',
    )
    .optional()
    .describe('Name of the secret in Secrets Manager; batchwright/NAMESPACE/NAME when left out.'),
  description: z.string().max(2048).optional().describe('Description of the secret. It is not secret.'),
  kmsKeyId: arnOf('kms', 'a KMS key')
    .optional()
    .describe('Customer managed KMS key, full ARN; the AWS managed key when left out.'),
  recoveryWindowInDays: z
    .int()
    .min(7)
    .max(30)
    .default(30)
    .describe('Days for which a deleted secret can be restored, 7 to 30.'),
  scheduledDeletion: z
    .enum(['Restore', 'Wait'])
    .default('Restore')
    .describe(
      'What to do when the name is scheduled for deletion: Restore brings our secret back, Wait waits until AWS has freed the name.',
    ),
  tags: tags('Tags of the secret.'),
  deletionPolicy: DeletionPolicy,
});
export type RegistryCredentialSpec = z.infer<typeof RegistryCredentialSpec>;

export const RegistryCredentialStatus = z.object({
  secret: z
    .object({
      arn: z.string().describe('Full ARN of the secret.'),
      name: z.string().describe('Name of the secret.'),
      versionId: z.string().optional().describe('Version that holds the current login.'),
      kmsKeyId: z.string().optional().describe('Customer managed key; absent for the AWS managed key.'),
    })
    .optional()
    .describe('The secret that holds the login.'),
  registry: z.string().optional().describe('The registry in the spelling that is compared with images.'),
});
