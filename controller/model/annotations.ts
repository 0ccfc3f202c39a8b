import { group } from './object.ts';

/** Finalizer that keeps an object until the AWS resources it owns are gone. */
export const finalizer = `${group}/finalizer`;

/** Annotations that steer the controller. All may be set on any object, whoever owns its spec. */
export const annotations = {
  /** `true`: read and report, change nothing in AWS. */
  paused: `${group}/paused`,
  /** Any new value makes a pass with fresh reads at once. */
  reconcileAt: `${group}/reconcile-at`,
  /** `true` adopts unowned AWS resources; `from:CONTROLLER-ID` also takes over those of another controller. */
  adopt: `${group}/adopt`,
  /** The AWS name, where it should differ from metadata.name. */
  awsName: `${group}/aws-name`,
  /** Written by the directory source: the file that owns the object. */
  source: `${group}/source`,
} as const;

/** The annotations that may be set through the API even when a directory owns the spec. */
export const steering: readonly string[] = [annotations.paused, annotations.reconcileAt, annotations.adopt];
