import type { View } from './resource.ts';

/** What compute environments and job queues say of themselves. */
export interface BatchStatus {
  readonly status: string;
  readonly statusReason: string | undefined;
}

/** VALID is ready, INVALID has failed, everything else (also a status that is new to us) is AWS at work. */
export function batchPhase(
  { status, statusReason }: BatchStatus,
  busyForMs: number,
): Pick<View, 'phase' | 'message' | 'busyForMs'> {
  if (status === 'VALID') return { phase: 'ready' };
  const message = statusReason ? `${status}: ${statusReason}` : status;
  return status === 'INVALID' ? { phase: 'failed', message } : { phase: 'busy', message, busyForMs };
}

/** The next step towards absence: nothing is deleted that is at work or still ENABLED. */
export function batchTeardown({
  status,
  state,
}: {
  readonly status: string;
  readonly state: string;
}): 'wait' | 'disable' | 'delete' {
  if (status !== 'VALID' && status !== 'INVALID') return 'wait';
  return state === 'ENABLED' ? 'disable' : 'delete';
}
