/** What becomes of a job once it may start. */
export type JobPlan =
  /** Stays RUNNABLE until a test says otherwise. */
  | { readonly outcome: 'waits' }
  | { readonly outcome: 'succeeds'; readonly runsForMs?: number }
  | {
      readonly outcome: 'fails';
      readonly runsForMs?: number;
      /** Why, as the container's `reason`. */
      readonly reason?: string;
      readonly exitCode?: number;
      /** Never reaches RUNNING, as when its image cannot be pulled. */
      readonly inStarting?: boolean;
    };

/** The plan of a healthy job. */
export function succeeds(): JobPlan {
  return { outcome: 'succeeds' };
}
