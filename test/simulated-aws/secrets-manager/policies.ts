import type {
  DeleteResourcePolicyRequest,
  DeleteResourcePolicyResponse,
  GetResourcePolicyRequest,
  GetResourcePolicyResponse,
  PutResourcePolicyRequest,
  PutResourcePolicyResponse,
  ValidateResourcePolicyRequest,
  ValidateResourcePolicyResponse,
} from '@aws-sdk/client-secrets-manager';
import type { Request } from '../operation.ts';
import type { World } from '../world.ts';
import { secretsError } from './errors.ts';
import { liveSecret } from './find.ts';

interface Statement {
  readonly Effect?: unknown;
  readonly Principal?: unknown;
}

function statements(policy: string | undefined): Statement[] {
  try {
    const parsed = JSON.parse(policy ?? '') as { Statement?: Statement | Statement[] };
    return parsed.Statement === undefined ? [] : [parsed.Statement].flat();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw secretsError('MalformedPolicyDocument', 'This resource policy contains invalid Json syntax.');
  }
}

function principalsOf({ Principal }: Statement): string[] {
  if (typeof Principal === 'string') return [Principal];
  const named = (Principal as { AWS?: string | string[] } | undefined)?.AWS;
  return named === undefined ? [] : [named].flat();
}

function isPublic(policy: string | undefined): boolean {
  return statements(policy).some(one => one.Effect === 'Allow' && principalsOf(one).includes('*'));
}

/** The ids of the roles that a policy names; one that other services don't know yet is refused. */
function principalIds(world: World, policy: string | undefined): Record<string, string> {
  const roles = statements(policy)
    .flatMap(principalsOf)
    .filter(principal => principal.startsWith(`arn:${world.account.partition}:iam::${world.account.accountId}:role/`));
  return Object.fromEntries(
    roles.map(arn => {
      const role = world.iam.roleOf(arn);
      if (role === undefined || !world.iam.isPropagated(role, world.agenda.now())) {
        throw secretsError('MalformedPolicyDocument', 'This resource policy contains an unsupported principal.');
      }
      return [arn, role.RoleId];
    }),
  );
}

/** PutResourcePolicy: replaces the whole document. */
export function putResourcePolicy({ world, input }: Request<PutResourcePolicyRequest>): PutResourcePolicyResponse {
  const secret = liveSecret(world, input.SecretId);
  const policy = input.ResourcePolicy ?? '';
  if (policy.length > 20_480) {
    throw secretsError('InvalidParameter', 'The resource policy should be at most 20480 characters long.');
  }
  const principals = principalIds(world, policy);
  if (input.BlockPublicPolicy && isPublic(policy)) {
    throw secretsError(
      'PublicPolicy',
      'You can’t attach this resource policy because it grants broad access to the secret.',
    );
  }
  world.secretsManager.secrets.set(secret.name, { ...secret, policy, principals });
  return { ARN: secret.arn, Name: secret.name };
}

/** GetResourcePolicy: the principals of roles deleted since then stand there as bare ids. */
export function getResourcePolicy({
  world,
  input,
  view,
}: Request<GetResourcePolicyRequest>): GetResourcePolicyResponse {
  const secret = liveSecret(world, input.SecretId, view);
  if (secret.policy === undefined) return { ARN: secret.arn, Name: secret.name };
  const gone = Object.entries(secret.principals).filter(([arn, id]) => world.iam.roleOf(arn)?.RoleId !== id);
  const policy = gone.reduce((text, [arn, id]) => text.replaceAll(`"${arn}"`, `"${id}"`), secret.policy);
  return { ARN: secret.arn, Name: secret.name, ResourcePolicy: policy };
}

/** DeleteResourcePolicy: no policy is no mistake. */
export function deleteResourcePolicy({
  world,
  input,
}: Request<DeleteResourcePolicyRequest>): DeleteResourcePolicyResponse {
  const { policy: _, ...secret } = liveSecret(world, input.SecretId);
  world.secretsManager.secrets.set(secret.name, { ...secret, principals: {} });
  return { ARN: secret.arn, Name: secret.name };
}

/** ValidateResourcePolicy. */
export function validateResourcePolicy({
  input,
}: Request<ValidateResourcePolicyRequest>): ValidateResourcePolicyResponse {
  if (!isPublic(input.ResourcePolicy)) return { PolicyValidationPassed: true, ValidationErrors: [] };
  return {
    PolicyValidationPassed: false,
    ValidationErrors: [{ CheckName: 'ZELKOVA_CHECK', ErrorMessage: 'Resource policy grants broad access' }],
  };
}
