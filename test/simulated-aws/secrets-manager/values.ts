import { isDeepStrictEqual } from 'node:util';
import type { World } from '../world.ts';
import { secretsError } from './errors.ts';
import type { Secret, SecretValueParts, SecretVersion } from './secrets-manager.ts';

interface Sent {
  readonly SecretString?: string | undefined;
  readonly SecretBinary?: Uint8Array | undefined;
  readonly ClientRequestToken?: string | undefined;
}

const versionsKept = 100;
const pruningAge = 86_400_000;

/** The value in a request; `undefined` when it carries none. */
export function sentValue({ SecretString, SecretBinary }: Sent): SecretValueParts | undefined {
  if (SecretString !== undefined && SecretBinary !== undefined) {
    throw secretsError(
      'InvalidParameter',
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    );
  }
  if (SecretString === undefined && SecretBinary === undefined) return undefined;
  const bytes = SecretBinary?.byteLength ?? Buffer.byteLength(SecretString ?? '');
  if (bytes < 1 || bytes > 65_536) {
    throw secretsError('InvalidParameter', 'The secret value should be between 1 and 65536 bytes long.');
  }
  return SecretString === undefined ? { ...(SecretBinary && { SecretBinary }) } : { SecretString };
}

/** The id of the version that a request makes: its token, or one that the SDK would have made up. */
export function versionId(world: World, { ClientRequestToken: token }: Sent): string {
  if (token === undefined) return world.random.uuid();
  if (token.length < 32 || token.length > 64) {
    throw secretsError('InvalidParameter', 'ClientRequestToken must be 32-64 characters long.');
  }
  return token;
}

/** Whether a version holds this value. */
export function holds({ SecretString, SecretBinary }: SecretVersion, value: SecretValueParts): boolean {
  return isDeepStrictEqual(
    { SecretString, SecretBinary },
    { SecretString: value.SecretString, SecretBinary: value.SecretBinary },
  );
}

/** The versions after one more, with the labels where they then stand. */
export function withVersion(
  world: World,
  secret: Secret,
  id: string,
  value: SecretValueParts,
  stages: readonly string[],
): readonly SecretVersion[] {
  const createdAt = world.agenda.now();
  const added = [...secret.versions, { id, stages: [], createdAt, ...value }];
  const labelled = stages.reduce(
    (versions, stage) => withStage(versions, stage, id),
    added as readonly SecretVersion[],
  );
  return pruned(labelled, createdAt);
}

/** The versions after a label moved; what was current before becomes previous. */
export function withStage(versions: readonly SecretVersion[], stage: string, id: string): readonly SecretVersion[] {
  const before = versions.find(version => version.stages.includes(stage))?.id;
  const moved = moveStage(versions, stage, id);
  if (stage !== 'AWSCURRENT' || before === undefined || before === id) return moved;
  return moveStage(moved, 'AWSPREVIOUS', before);
}

/** The versions with a label on one of them, or on none. */
export function moveStage(
  versions: readonly SecretVersion[],
  stage: string,
  id: string | undefined,
): readonly SecretVersion[] {
  return versions.map(version => {
    const others = version.stages.filter(other => other !== stage);
    return { ...version, stages: version.id === id ? [...others, stage] : others };
  });
}

/** About a hundred versions are kept; those without a label go first, but none that is younger than a day. */
function pruned(versions: readonly SecretVersion[], now: number): readonly SecretVersion[] {
  let surplus = versions.length - versionsKept;
  const kept = versions.filter(({ stages, createdAt }) => {
    if (surplus <= 0 || stages.length > 0 || now - createdAt < pruningAge) return true;
    surplus -= 1;
    return false;
  });
  if (surplus > 0) {
    throw secretsError('LimitExceeded', "You can't create more versions of this secret: the limit of 100 is reached.");
  }
  return kept;
}
