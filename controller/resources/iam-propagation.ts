import type { View } from './resource.ts';

/**
 * How long a new role or instance profile is left alone before anything is built on it, in milliseconds. IAM answers
 * reads at once, but the services that use a role see it only seconds later.
 */
export const iamPropagationMs = 10_000;

/** When something was created and when that was read, in milliseconds since the epoch. */
interface Age {
  readonly createdAt: number;
  readonly readAt: number;
}

/**
 * The phase of something in IAM: busy while it is younger than `propagationMs`, and never for longer than that even if
 * AWS's clock is ahead of ours.
 */
export function propagation(age: Age, propagationMs: number): Pick<View, 'phase' | 'message' | 'busyForMs'> {
  const left = Math.min(propagationMs, age.createdAt + propagationMs - age.readAt);
  if (left <= 0) return { phase: 'ready' };
  return {
    phase: 'busy',
    message: 'it is new, and IAM makes it known to the services that will use it',
    busyForMs: left,
  };
}
