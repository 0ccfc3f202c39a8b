import type { ReplicationStatusType } from '@aws-sdk/client-secrets-manager';
import { Table } from '../table.ts';
import type { World } from '../world.ts';

/** What a version holds: text or bytes. */
export interface SecretValueParts {
  readonly SecretString?: string;
  readonly SecretBinary?: Uint8Array;
}

/** One version of a secret; without stages it is only remembered. */
export interface SecretVersion extends SecretValueParts {
  readonly id: string;
  readonly stages: readonly string[];
  /** Milliseconds since the epoch, like all times here. */
  readonly createdAt: number;
}

/** A secret with everything that Secrets Manager keeps of it. */
export interface Secret {
  readonly name: string;
  readonly arn: string;
  readonly description?: string;
  readonly kmsKeyId?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly versions: readonly SecretVersion[];
  /** The resource policy as it was put. */
  readonly policy?: string;
  /** The ids that the policy's principals had when it was put, by their ARNs. */
  readonly principals: Readonly<Record<string, string>>;
  readonly replicas: readonly ReplicationStatusType[];
  readonly createdAt: number;
  readonly changedAt: number;
  /** When it will be gone; present once its deletion is scheduled. */
  readonly deletedAt?: number;
  /** Deleted without recovery: only its name is still taken. */
  readonly purged?: true;
  readonly owningService?: string;
  readonly rotationEnabled?: boolean;
}

/** The ground truth of Secrets Manager. Tests look at it and change it behind everybody's back. */
export class SimulatedSecretsManager {
  /** By name. */
  readonly secrets: Table<Secret>;
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
    this.secrets = new Table(world.agenda, world.changes);
  }

  /** The ARN of a secret of this account and Region, with its suffix left to chance. */
  newArn(name: string): string {
    const { partition, region, accountId } = this.#world.account;
    const suffix = this.#world.random.word(6, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789');
    return `arn:${partition}:secretsmanager:${region}:${accountId}:secret:${name}-${suffix}`;
  }

  /** The text of a secret's current version; `undefined` when there is none. */
  currentText(name: string): string | undefined {
    return this.secrets.get(name)?.versions.find(version => version.stages.includes('AWSCURRENT'))?.SecretString;
  }
}
