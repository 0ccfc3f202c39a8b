import { Table } from '../table.ts';
import type { World } from '../world.ts';
import { grants, trustedServices } from './policy.ts';

/** A role with everything that IAM keeps of it. Policy documents stand here as plain JSON. */
export interface RoleRow {
  readonly RoleName: string;
  readonly Path: string;
  readonly Arn: string;
  readonly RoleId: string;
  readonly Description?: string;
  readonly MaxSessionDuration: number;
  readonly AssumeRolePolicyDocument: string;
  readonly PermissionsBoundary?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly inlinePolicies: Readonly<Record<string, string>>;
  /** ARNs. */
  readonly attachedPolicies: readonly string[];
  /** Milliseconds since the epoch, like all times here. */
  readonly createdAt: number;
  /** When trust last changed: other services see it only some time later. */
  readonly trustChangedAt: number;
  /** When policies last changed. */
  readonly policiesChangedAt: number;
}

/** An instance profile and its role, if any. */
export interface InstanceProfileRow {
  readonly InstanceProfileName: string;
  readonly Path: string;
  readonly Arn: string;
  readonly InstanceProfileId: string;
  readonly roles: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAt: number;
  readonly changedAt: number;
}

/** What a test may say about a role that was there long before. */
export interface OldRole {
  readonly path?: string;
  /** The services that may assume it, such as `batch.amazonaws.com`. */
  readonly trusts?: readonly string[];
  readonly attachedPolicies?: readonly string[];
  readonly inlinePolicies?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
}

/** The ground truth of IAM. Tests look at it and change it behind everybody's back. */
export class SimulatedIam {
  /** By name. */
  readonly roles: Table<RoleRow>;
  /** By name. */
  readonly instanceProfiles: Table<InstanceProfileRow>;
  /** ARNs of the customer's managed policies; those of AWS always exist. */
  readonly managedPolicies = new Set<string>();
  /** Who calls. */
  callerArn: string;
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
    const { partition, accountId } = world.account;
    this.callerArn = `arn:${partition}:sts::${accountId}:assumed-role/controller/session`;
    this.roles = new Table(world.agenda, world.changes);
    this.instanceProfiles = new Table(world.agenda, world.changes);
  }

  /** An ARN of this account. */
  arn(resource: 'role' | 'instance-profile', path: string, name: string): string {
    const { partition, accountId } = this.#world.account;
    return `arn:${partition}:iam::${accountId}:${resource}${path}${name}`;
  }

  /** A unique id as IAM makes them. */
  newId(prefix: 'AROA' | 'AIPA'): string {
    return `${prefix}${this.#world.random.word(17, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}`;
  }

  /** Puts a role in place that was there long before and that everybody knows; returns its ARN. */
  addRole(name: string, { path = '/', trusts = [], ...role }: OldRole = {}): string {
    const Arn = this.arn('role', path, name);
    this.roles.set(name, {
      RoleName: name,
      Path: path,
      Arn,
      RoleId: this.newId('AROA'),
      MaxSessionDuration: 3600,
      AssumeRolePolicyDocument: trustPolicy(trusts),
      tags: role.tags ?? {},
      inlinePolicies: role.inlinePolicies ?? {},
      attachedPolicies: role.attachedPolicies ?? [
        `arn:${this.#world.account.partition}:iam::aws:policy/service-role/AWSBatchServiceRole`,
      ],
      createdAt: 0,
      trustChangedAt: Number.NEGATIVE_INFINITY,
      policiesChangedAt: Number.NEGATIVE_INFINITY,
    });
    return Arn;
  }

  /** Puts an instance profile in place that was there long before, with a role of the same name; returns its ARN. */
  addInstanceProfile(name: string): string {
    this.addRole(name, { trusts: ['ec2.amazonaws.com'] });
    const Arn = this.arn('instance-profile', '/', name);
    this.instanceProfiles.set(name, {
      InstanceProfileName: name,
      Path: '/',
      Arn,
      InstanceProfileId: this.newId('AIPA'),
      roles: [name],
      tags: {},
      createdAt: 0,
      changedAt: Number.NEGATIVE_INFINITY,
    });
    return Arn;
  }

  /** Makes sure that a service has its own role, as the services do on first use; returns its ARN. */
  ensureServiceLinkedRole(service: string): string {
    const name = serviceLinkedRoleName(service);
    return (
      this.roles.get(name)?.Arn ?? this.addRole(name, { path: `/aws-service-role/${service}/`, trusts: [service] })
    );
  }

  /** The role of an ARN. */
  roleOf(arn: string): RoleRow | undefined {
    const role = this.roles.get(arn.split('/').at(-1) ?? '');
    return role?.Arn === arn ? role : undefined;
  }

  /** Whether other services knew a role, its trust and its policies at an instant. */
  isPropagated({ trustChangedAt, policiesChangedAt }: RoleRow, at: number): boolean {
    return Math.max(trustChangedAt, policiesChangedAt) + this.#world.durations.iamPropagation <= at;
  }

  /** Whether a service could assume a role, given by ARN or by name with the path `/`, at an instant. */
  canBeAssumed(reference: string, service: string, at: number): boolean {
    const role = this.roleOf(reference.startsWith('arn:') ? reference : this.arn('role', '/', reference));
    if (role === undefined) return false;
    return this.isPropagated(role, at) && trustedServices(role.AssumeRolePolicyDocument).includes(service);
  }

  /** Whether anything is granted to a role at all, given by ARN or by name with the path `/`. */
  hasPolicies(reference: string): boolean {
    const role = this.roleOf(reference.startsWith('arn:') ? reference : this.arn('role', '/', reference));
    return role !== undefined && (role.attachedPolicies.length > 0 || Object.keys(role.inlinePolicies).length > 0);
  }

  /** Whether a role's inline policies allow an action; AWS's own managed policies grant nothing here. */
  allows(roleArn: string, action: string, resource: string): boolean {
    return Object.values(this.roleOf(roleArn)?.inlinePolicies ?? {}).some(document =>
      grants(document, action, resource),
    );
  }

  /** Whether EC2 could start instances with an instance profile, given by ARN or name, at an instant. */
  isUsableProfile(reference: string, at: number): boolean {
    const profile = this.instanceProfiles.get(reference.split('/').at(-1) ?? '');
    if (profile === undefined || (reference.startsWith('arn:') && profile.Arn !== reference)) return false;
    const [role] = profile.roles.map(name => this.roles.get(name));
    if (role === undefined || !this.isPropagated(role, at)) return false;
    return profile.changedAt + this.#world.durations.iamPropagation <= at;
  }
}

/** The name of a service's own role. */
export function serviceLinkedRoleName(service: string): string {
  const names: Readonly<Record<string, string>> = {
    'batch.amazonaws.com': 'AWSServiceRoleForBatch',
    'spot.amazonaws.com': 'AWSServiceRoleForEC2Spot',
    'spotfleet.amazonaws.com': 'AWSServiceRoleForEC2SpotFleet',
    'ecs.amazonaws.com': 'AWSServiceRoleForECS',
    'autoscaling.amazonaws.com': 'AWSServiceRoleForAutoScaling',
  };
  return names[service] ?? `AWSServiceRoleFor${service.split('.')[0]}`;
}

function trustPolicy(services: readonly string[]): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: services }, Action: 'sts:AssumeRole' }],
  });
}
