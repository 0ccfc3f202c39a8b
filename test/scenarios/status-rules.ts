import { timestamp } from '../../controller/model/clock.ts';
import { type Condition, conditionsOf } from '../../controller/model/conditions.ts';
import type { ApiObject } from '../../controller/model/object.ts';

/**
 * What is wrong with a status that was just written, by the rules of kstatus: whoever waits for an object with kubectl,
 * Flux or Argo must neither be told too early that all is well nor wait for ever for something that will not come.
 */
export function statusProblems(before: ApiObject | undefined, after: ApiObject, now: number): readonly string[] {
  const conditions = conditionsOf(after.status);
  const earlier = conditionsOf(before?.status);
  const holds = (type: Condition['type']) => conditions.some(c => c.type === type && c.status === 'True');
  const ready = conditions.find(({ type }) => type === 'Ready');
  const drifted = conditions.find(({ type }) => type === 'Drifted');
  const { generation, deletionTimestamp } = after.metadata;
  const seen = Number(after.status?.['observedGeneration']);
  const active = [holds('Reconciling'), holds('Stalled')].filter(Boolean).length;
  const paused = ready?.reason === 'Paused';
  const rules: readonly (readonly [boolean, string])[] = [
    [ready !== undefined, 'Ready is missing'],
    [drifted !== undefined && drifted.status !== 'Unknown', 'Drifted is missing or unknown'],
    [new Set(conditions.map(({ type }) => type)).size === conditions.length, 'a condition type stands there twice'],
    [Number.isInteger(seen) && seen <= generation, `observedGeneration ${seen} of generation ${generation}`],
    [seen >= Number(before?.status?.['observedGeneration'] ?? 0), 'observedGeneration went back'],
    [ready?.status !== 'True' || active === 0, 'Ready is True beside Reconciling or Stalled'],
    [ready?.status === 'True' || paused || active === 1, 'not Ready, but not exactly one of Reconciling and Stalled'],
    [!paused || active === 0, 'paused, but Reconciling or Stalled'],
    [
      ready?.status !== 'True' || deletionTimestamp === undefined || seen < generation,
      'Ready is True although it is being deleted',
    ],
    [ready?.status !== 'True' || drifted?.status === 'False' || paused, 'Ready is True although it has drifted'],
  ];
  return [
    ...rules.flatMap(([fine, problem]) => (fine ? [] : [problem])),
    ...conditions.flatMap(condition => conditionProblems(condition, earlier, seen, now)),
  ];
}

function conditionProblems(
  condition: Condition,
  earlier: readonly Condition[],
  seen: number,
  now: number,
): readonly string[] {
  const { type, status, reason, message, observedGeneration, lastTransitionTime } = condition;
  const before = earlier.find(other => other.type === type);
  const same = before?.status === status;
  const rules: readonly (readonly [boolean, string])[] = [
    [['True', 'False', 'Unknown'].includes(status), `status is ${status}`],
    [/^[A-Z][A-Za-z]+$/.test(reason), `reason is "${reason}"`],
    [message.length > 0, 'message is empty'],
    [!/undefined|\[object|NaN/.test(message), `message reads "${message}"`],
    [observedGeneration === seen, `observedGeneration ${observedGeneration}, the status says ${seen}`],
    [
      lastTransitionTime === (same ? before?.lastTransitionTime : timestamp(now)),
      `lastTransitionTime ${lastTransitionTime}`,
    ],
  ];
  return rules.flatMap(([fine, problem]) => (fine ? [] : [`${type}: ${problem}`]));
}
