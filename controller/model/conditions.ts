import type { Reason } from './failure.ts';
import type { JsonObject } from './json.ts';

/** Condition types that an object of ours can carry. Ready, Reconciling and Stalled follow the kstatus rules. */
export type ConditionType = 'Ready' | 'Reconciling' | 'Stalled' | 'Drifted' | 'PullReady' | 'Complete' | 'Failed';

/** A Kubernetes condition. */
export interface Condition extends JsonObject {
  readonly type: ConditionType;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration: number;
  readonly lastTransitionTime: string;
}

/** A condition before its times are known. */
export interface Verdict {
  readonly type: ConditionType;
  readonly status: Condition['status'];
  readonly reason: Reason | PullReason | JobReason;
  readonly message: string;
}

/** Reasons of the `Complete` and `Failed` conditions of a job. */
export type JobReason = 'JobSucceeded' | 'JobFailed' | 'JobActive' | 'JobForgotten';

/** Reasons of the `PullReady` condition. */
export type PullReason =
  | 'EcrImage'
  | 'CredentialConfigured'
  | 'AgentCredentialConfigured'
  | 'ImagePullSecretNamed'
  | 'AnonymousPull'
  | 'CredentialMissing'
  | 'CredentialMismatch';

/**
 * The conditions that follow from `verdicts`: one per verdict, in the verdicts' order, keeping lastTransitionTime where
 * the status is the same as before. Types without a verdict disappear.
 */
export function conditions(
  previous: readonly Condition[],
  verdicts: readonly Verdict[],
  generation: number,
  now: string,
): readonly Condition[] {
  return verdicts.map(verdict => {
    const before = previous.find(({ type }) => type === verdict.type);
    return {
      ...verdict,
      observedGeneration: generation,
      lastTransitionTime: before?.status === verdict.status ? before.lastTransitionTime : now,
    };
  });
}

/** The condition of a type, if the object carries it. */
export function conditionOf(status: JsonObject | undefined, type: ConditionType): Condition | undefined {
  return conditionsOf(status).find(condition => condition.type === type);
}

/** The conditions in a status, empty when there are none. */
export function conditionsOf(status: JsonObject | undefined): readonly Condition[] {
  const list = status?.['conditions'];
  return Array.isArray(list) ? (list as readonly Condition[]) : [];
}
