import type { JobReason, Verdict } from '../../model/conditions.ts';
import { isObject, type JsonObject } from '../../model/json.ts';
import { explainFailure } from './failure-reasons.ts';

type Text = string | undefined;

/** Complete and Failed, as `kubectl wait` looks for them, from what AWS shows of the job; `message`: its own words where AWS shows none. */
export function verdictsOf(job: JsonObject | undefined, message: string | undefined): readonly Verdict[] {
  const text = (member: string): Text => (typeof job?.[member] === 'string' ? job[member] : undefined);
  const state = text('status');
  if (state === 'SUCCEEDED') return both('True', 'False', 'JobSucceeded', 'the job has succeeded');
  if (state === 'FAILED') return both('False', 'True', 'JobFailed', failure(job, text));
  if (state === 'FORGOTTEN') return both('Unknown', 'Unknown', 'JobForgotten', message ?? state);
  return both('False', 'False', 'JobActive', state === undefined ? 'not submitted yet' : active(state, job, text));
}

function failure(job: JsonObject | undefined, text: (member: string) => Text): string {
  const said = explainFailure(text('statusReason'), text('reason'));
  const exitCode = job?.['exitCode'];
  const details = [
    ...(typeof exitCode === 'number' ? [`exit code ${exitCode}`] : []),
    ...(text('logStreamName') === undefined ? [] : [`log stream ${text('logStreamName')}`]),
    ...children(job),
  ];
  return details.length === 0 ? said : `${said}; ${details.join(', ')}`;
}

function active(state: string, job: JsonObject | undefined, text: (member: string) => Text): string {
  const why = text('waiting') ?? (children(job).join(', ') || undefined);
  return `the job is ${state}${why === undefined ? '' : `: ${why}`}`;
}

/** How the children of an array stand: `2 SUCCEEDED, 1 RUNNING of 3 children`. */
function children(job: JsonObject | undefined): readonly string[] {
  const array = job?.['array'];
  if (!isObject(array) || !isObject(array['statusSummary'])) return [];
  const counts = Object.entries(array['statusSummary']).filter(([, count]) => Number(count) > 0);
  if (counts.length === 0) return [];
  return [`${counts.map(([status, count]) => `${count} ${status}`).join(', ')} of ${String(array['size'])} children`];
}

function both(
  complete: Verdict['status'],
  failed: Verdict['status'],
  reason: JobReason,
  message: string,
): readonly Verdict[] {
  return [
    { type: 'Complete', status: complete, reason, message },
    { type: 'Failed', status: failed, reason, message },
  ];
}
