import { z } from 'zod';

const glob = z.string().min(1).max(512).optional();

/** How failed jobs are tried again, of a definition or of one job. */
export const RetryStrategy = z.strictObject({
  attempts: z.int().min(1).max(10).default(1).describe('How often the job is tried, 1 to 10.'),
  evaluateOnExit: z
    .array(
      z.strictObject({
        onStatusReason: glob.describe('Pattern for the status reason, * at its end.'),
        onReason: glob.describe('Pattern for the reason of the container, * at its end.'),
        onExitCode: z
          .string()
          .max(512)
          .regex(/^(\d+\*?|\*)$/, 'must be digits, * at their end or alone')
          .optional()
          .describe('Pattern for the exit code, * at its end.'),
        action: z.enum(['RETRY', 'EXIT']).describe('What is done when everything that is given matches.'),
      }),
    )
    .max(5)
    .optional()
    .describe('When to try again, the first that matches; at most five.'),
});

/** How long an attempt may run, of a definition or of one job. */
export const Timeout = z.strictObject({
  attemptDurationSeconds: z
    .int()
    .min(60)
    .max(31_536_000)
    .describe('Seconds after which an attempt is ended, 60 at least.'),
});
