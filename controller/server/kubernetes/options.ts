import { type Cause, forbiddenValue, invalidValue, required, tooLong, unsupportedValue } from './cause.ts';
import { type FieldValidation, fieldValidation } from './schema/strict.ts';
import { badRequest, invalidOptions } from './status.ts';

/** What every write may carry in its query. */
export interface WriteQuery {
  readonly dryRun: boolean;
  /** Empty when the client does not name one. */
  readonly fieldManager: string;
  readonly fieldValidation: FieldValidation;
  readonly force: boolean;
}

/** What a list or watch may carry in its query, as far as it was given. */
export interface ListQuery {
  readonly labelSelector: string;
  readonly fieldSelector: string;
  /** 0: no limit. */
  readonly limit: number;
  readonly continueToken: string;
  readonly resourceVersion: string;
  readonly resourceVersionMatch: '' | 'NotOlderThan' | 'Exact';
  readonly watch: boolean;
  /** 0: not given. */
  readonly timeoutSeconds: number;
  readonly allowWatchBookmarks: boolean;
  readonly sendInitialEvents: boolean;
}

const managerLength = 128;
const levels = ['Ignore', 'Strict', 'Warn'];
const matches = ['Exact', 'NotOlderThan'] as const;

/** The options of a write; `kind` is how errors call them (`CreateOptions`, `PatchOptions`, …). */
export function writeQuery(query: URLSearchParams, kind: string, apply = false): WriteQuery {
  const dryRun = query.getAll('dryRun');
  const fieldManager = query.get('fieldManager') ?? '';
  const level = query.get('fieldValidation') ?? undefined;
  const validation = fieldValidation(level);
  const force = query.has('force') ? flag(query, 'force') : undefined;
  const causes: readonly Cause[] = [
    ...dryRunCauses(dryRun),
    ...managerCauses(fieldManager),
    ...(validation === undefined ? [unsupportedValue('fieldValidation', level, levels)] : []),
    ...(force !== undefined && !apply ? [forbiddenValue('force', 'may not be specified for non-apply patch')] : []),
    ...(apply && fieldManager === '' ? [required('fieldManager', 'is required for apply patch')] : []),
  ];
  if (causes.length > 0) throw invalidOptions(kind, causes);
  return {
    dryRun: dryRun.length > 0,
    fieldManager,
    fieldValidation: validation ?? 'Warn',
    force: force ?? false,
  };
}

/** Why the values of `dryRun` make no sense; `All` is the only one that does. */
export function dryRunCauses(values: readonly string[]): readonly Cause[] {
  return values.filter(value => value !== 'All').map(value => unsupportedValue('dryRun', value, ['All']));
}

function managerCauses(manager: string): readonly Cause[] {
  if (manager.length > managerLength) return [tooLong('fieldManager', managerLength, 'characters')];
  return /^\P{C}*$/u.test(manager) ? [] : [invalidValue('fieldManager', manager, 'must be printable')];
}

/** The options of a list or watch. */
export function listQuery(query: URLSearchParams): ListQuery {
  const text = (name: string) => query.get(name) ?? '';
  const resourceVersionMatch = matches.find(match => match === text('resourceVersionMatch')) ?? '';
  const options: ListQuery = {
    labelSelector: text('labelSelector'),
    fieldSelector: text('fieldSelector'),
    limit: count(query, 'limit'),
    continueToken: text('continue'),
    resourceVersion: text('resourceVersion'),
    resourceVersionMatch,
    watch: flag(query, 'watch'),
    timeoutSeconds: count(query, 'timeoutSeconds'),
    allowWatchBookmarks: flag(query, 'allowWatchBookmarks'),
    sendInitialEvents: flag(query, 'sendInitialEvents'),
  };
  const causes = listCauses(options, query);
  if (causes.length > 0) throw invalidOptions('ListOptions', causes);
  if (!/^(?:0|[1-9]\d{0,18})?$/.test(options.resourceVersion)) {
    throw badRequest(
      `resourceVersion: Invalid value: ${JSON.stringify(options.resourceVersion)}: must be a decimal number`,
    );
  }
  return options;
}

function listCauses(options: ListQuery, query: URLSearchParams): readonly Cause[] {
  const { continueToken, resourceVersion, resourceVersionMatch: match, watch } = options;
  const given = query.get('resourceVersionMatch') ?? '';
  const initial = query.has('sendInitialEvents');
  const why = 'is forbidden for watch unless sendInitialEvents is provided';
  const causes: (Cause | false)[] = [
    given !== match && unsupportedValue('resourceVersionMatch', given, [...matches]),
    !watch && initial && forbiddenValue('sendInitialEvents', 'is forbidden for list'),
    watch &&
      initial &&
      match === '' &&
      forbiddenValue('resourceVersionMatch', 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'),
    watch && !initial && match !== '' && forbiddenValue('resourceVersionMatch', `resourceVersionMatch ${why}`),
    watch && initial && match === 'Exact' && unsupportedValue('resourceVersionMatch', match, ['NotOlderThan']),
    !watch &&
      match !== '' &&
      resourceVersion === '' &&
      forbiddenValue('resourceVersionMatch', 'is forbidden unless resourceVersion is provided'),
    !watch &&
      match === 'Exact' &&
      resourceVersion === '0' &&
      forbiddenValue('resourceVersionMatch', 'Exact is forbidden for resourceVersion 0'),
    continueToken !== '' &&
      match !== '' &&
      forbiddenValue('resourceVersionMatch', 'is forbidden when continue is provided'),
  ];
  return causes.filter(cause => cause !== false);
}

function flag(query: URLSearchParams, name: string): boolean {
  const value = query.get(name);
  if (value === null || value === 'false' || value === '0') return false;
  if (value === 'true' || value === '1' || value === '') return true;
  throw badRequest(`${name}: Invalid value: ${JSON.stringify(value)}: must be true or false`);
}

function count(query: URLSearchParams, name: string): number {
  const value = query.get(name) ?? '';
  if (value === '') return 0;
  if (/^\d{1,9}$/.test(value)) return Number(value);
  throw badRequest(`${name}: Invalid value: ${JSON.stringify(value)}: must be a whole number that is not negative`);
}
