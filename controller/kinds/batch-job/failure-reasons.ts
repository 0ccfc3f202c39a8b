interface Failing {
  /** A piece of what Batch, ECS or Kubernetes says. */
  readonly text: RegExp;
  readonly means: string;
}

/** What is said when a job fails, what it means, and what to do. In the order of looking. */
export const failings: readonly Failing[] = [
  {
    text: /toomanyrequests|pull rate limit/i,
    means:
      'the registry refuses for now: its pull limit is reached. Log in with a paid or another account, or use an ECR pull-through cache',
  },
  {
    text: /unable to get registry auth from asm|asm fetching secret/i,
    means:
      'the login could not be read from Secrets Manager: the execution role may not read the secret or use its key, the secret is gone, or the network has no way to Secrets Manager',
  },
  {
    text: /invalid schema|AuthorizationData is malformed|empty secrets value/i,
    means: 'the secret does not hold JSON with username and password: let a RegistryCredential write it, or correct it',
  },
  {
    text: /may require 'docker login'|pull access denied|no basic auth credentials/i,
    means:
      'no login or a wrong one was used, or the repository does not exist: check registryCredential and the image name',
  },
  {
    text: /requested access to the resource is denied|insufficient_scope|403 Forbidden/i,
    means: 'the login is good but may not pull this repository: give its account the right to read it',
  },
  {
    text: /401 Unauthorized|failed to authorize|authentication required/i,
    means: 'the registry does not accept the login: the token may have expired or been revoked; renew it at its source',
  },
  {
    text: /manifest.*not found|manifest unknown|not found: manifest/i,
    means: 'the repository has no such tag or digest: push it, or correct the image',
  },
  {
    text: /request canceled while waiting for connection|i\/o timeout|dial tcp|no such host/i,
    means: 'the registry cannot be reached from the subnets: check NAT, routes, security groups and DNS',
  },
  {
    text: /no matching manifest|exec format error/i,
    means:
      'the image is not built for the architecture of the instances: build it for both, or choose other instance types',
  },
  {
    text: /ErrImagePull|ImagePullBackOff|InvalidImageName/i,
    means: 'the node could not pull the image: check its name, and the secret that imagePullSecrets names',
  },
  {
    text: /no space left on device/i,
    means: 'the disk is full: give instances a larger volume, or the task more ephemeralStorage',
  },
  {
    text: /unable to assume the( execution)? role|unable to assume role/i,
    means: 'Amazon ECS may not use the role: let ecs-tasks.amazonaws.com assume it',
  },
  {
    text: /OutOfMemoryError|OOMKilled/i,
    means: 'the container needed more memory than it has: raise MEMORY in resourceRequirements',
  },
  {
    text: /executable file not found|no such file or directory/i,
    means: 'the image has no such program: correct command, which is run without a shell',
  },
  {
    text: /Host EC2 .*terminated|Spot/i,
    means:
      "the instance was taken away under the job: have it tried again with retryStrategy, evaluateOnExit and onStatusReason: 'Host EC2*'",
  },
  {
    text: /attempt duration exceeded timeout/i,
    means: 'it ran longer than timeout.attemptDurationSeconds lets it',
  },
  {
    text: /Dependent Job failed/i,
    means: 'a job of dependsOn has failed: look there',
  },
  {
    text: /Array Child Job failed/i,
    means: 'a child of the array has failed: AWS Batch shows which under the id of the job',
  },
];

/** A failure in plain words: AWS's own, with what they mean and what to do where that is known. */
export function explainFailure(statusReason: string | undefined, reason: string | undefined): string {
  const words = [statusReason, reason].filter(Boolean).join(': ');
  const known = failings.find(({ text }) => text.test(words));
  return known ? `${words} (${known.means})` : words || 'AWS gives no reason';
}
