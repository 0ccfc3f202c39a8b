import { isObject } from '../../../model/json.ts';
import type { ApiObject } from '../../../model/object.ts';
import type { Cause } from '../cause.ts';
import { required } from '../cause.ts';
import { everyVerb, type ResourceType } from '../resource-type.ts';
import { objectSchema } from '../schema/object-schema.ts';
import type { Schema } from '../schema/schema.ts';
import { nameColumn } from '../table.ts';

const reference: Schema = {
  type: 'object',
  'x-kubernetes-map-type': 'atomic',
  properties: {
    apiVersion: { type: 'string', description: 'Group and version of the object.' },
    kind: { type: 'string', description: 'Kind of the object.' },
    namespace: { type: 'string', description: 'Namespace of the object.' },
    name: { type: 'string', description: 'Name of the object.' },
    uid: { type: 'string', description: 'UID of the object.' },
    resourceVersion: { type: 'string', description: 'Version of the object.' },
    fieldPath: { type: 'string', description: 'Part of the object.' },
  },
};
const time: Schema = { type: 'string', format: 'date-time', nullable: true };

/** `v1` Events: what happened to an object, kept for an hour. */
export const events: ResourceType = {
  group: '',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  singular: 'event',
  shortNames: ['ev'],
  categories: [],
  namespaced: true,
  verbs: everyVerb,
  status: false,
  builtIn: true,
  description: 'Something that happened to an object. Kept for an hour.',
  schema: objectSchema({
    properties: {
      involvedObject: { ...reference, description: 'The object that it happened to.' },
      related: { ...reference, description: 'Another object that plays a part.' },
      reason: { type: 'string', description: 'Why it happened, in one word.' },
      message: { type: 'string', description: 'What happened, for people.' },
      type: { type: 'string', description: 'Normal or Warning.' },
      source: {
        type: 'object',
        description: 'Who saw it.',
        properties: {
          component: { type: 'string', description: 'The program.' },
          host: { type: 'string', description: 'The machine.' },
        },
      },
      firstTimestamp: { ...time, description: 'When it was first seen.' },
      lastTimestamp: { ...time, description: 'When it was last seen.' },
      count: { type: 'integer', description: 'How often it was seen.' },
      eventTime: { ...time, description: 'When it happened, to the microsecond.' },
      series: {
        type: 'object',
        nullable: true,
        description: 'How it goes on.',
        properties: {
          count: { type: 'integer', description: 'How often it was seen.' },
          lastObservedTime: { ...time, description: 'When it was last seen.' },
        },
      },
      action: { type: 'string', description: 'What was done.' },
      reportingComponent: { type: 'string', description: 'The controller that reports it.' },
      reportingInstance: { type: 'string', description: 'The instance of the controller.' },
    },
  }),
  columns: [
    { name: 'Last Seen', type: 'date', description: 'When it was last seen.', priority: 0, value: lastSeen },
    {
      name: 'Type',
      type: 'string',
      description: 'Normal or Warning.',
      priority: 0,
      value: object => text(object['type']),
    },
    {
      name: 'Reason',
      type: 'string',
      description: 'Why, in one word.',
      priority: 0,
      value: object => text(object['reason']),
    },
    { name: 'Object', type: 'string', description: 'What it happened to.', priority: 0, value: involved },
    {
      name: 'Subobject',
      type: 'string',
      description: 'Part of the object.',
      priority: 1,
      value: object => text(member(object['involvedObject'], 'fieldPath')),
    },
    { name: 'Source', type: 'string', description: 'Who saw it.', priority: 1, value: sourceOf },
    {
      name: 'Message',
      type: 'string',
      description: 'What happened.',
      priority: 0,
      value: object => text(object['message']).trim(),
    },
    { name: 'First Seen', type: 'date', description: 'When it was first seen.', priority: 1, value: firstSeen },
    { name: 'Count', type: 'integer', description: 'How often it was seen.', priority: 1, value: countOf },
    {
      ...nameColumn,
      priority: 1,
    },
  ],
  fields: object => ({
    ...Object.fromEntries(
      ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'].map(name => [
        `involvedObject.${name}`,
        text(member(object['involvedObject'], name)),
      ]),
    ),
    reason: text(object['reason']),
    type: text(object['type']),
    source: sourceOf(object),
    reportingComponent: text(object['reportingComponent']),
  }),
  validate: namesObject,
};

/** When an event was last seen, as an RFC 3339 time; its creation when it does not say. */
export function lastSeen(event: ApiObject): string {
  const times = [member(event['series'], 'lastObservedTime'), event['lastTimestamp'], event['eventTime']];
  return text(times.find(value => text(value) !== '')) || event.metadata.creationTimestamp;
}

function firstSeen(event: ApiObject): string {
  return text(event['firstTimestamp']) || text(event['eventTime']) || event.metadata.creationTimestamp;
}

function countOf(event: ApiObject): number {
  const count = member(event['series'], 'count') ?? event['count'];
  return typeof count === 'number' && count > 0 ? count : 1;
}

function involved(event: ApiObject): string {
  const kind = text(member(event['involvedObject'], 'kind')).toLowerCase();
  return `${kind}/${text(member(event['involvedObject'], 'name'))}`;
}

function sourceOf(event: ApiObject): string {
  return text(member(event['source'], 'component')) || text(event['reportingComponent']);
}

function namesObject(event: ApiObject): readonly Cause[] {
  return isObject(event['involvedObject']) ? [] : [required('involvedObject')];
}

function member(value: unknown, name: string): unknown {
  return isObject(value) ? value[name] : undefined;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
