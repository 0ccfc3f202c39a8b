import { z } from 'zod';
import { isObject, type JsonObject } from '../model/json.ts';
import { apiVersion, group, version } from '../model/object.ts';
import type { Column, Kind } from './kind.ts';

/** A structural OpenAPI v3 schema, as CRDs, the HTTP API and the manifest reader take it. */
export type OpenApiSchema = JsonObject;

const dropped = ['$schema', 'propertyNames', 'additionalProperties', '~standard'];

/**
 * Zod's JSON Schema as a structural schema: unknown members are the server's business, key patterns cannot be said. Within
 * list items defaults are only described: a server that filled them in would make every `kubectl apply` a change, because
 * merge patches replace lists whole.
 */
function structural(value: unknown, inList: boolean): unknown {
  if (Array.isArray(value)) return value.map(item => structural(item, inList));
  if (!isObject(value)) return value;
  const { additionalProperties } = value;
  const kept = Object.entries(value).filter(([key]) => !dropped.includes(key) && !(inList && key === 'default'));
  const members = kept.map(([key, member]) => [key, structuralMember(key, member, inList)]);
  return {
    ...Object.fromEntries(members),
    ...(inList && value['default'] !== undefined ? described(value) : {}),
    ...(isObject(additionalProperties) ? { additionalProperties: structural(additionalProperties, inList) } : {}),
  };
}

function structuralMember(key: string, member: unknown, inList: boolean): unknown {
  if (key === 'default' || key === 'enum') return member;
  // Members of `properties` are names, whatever they are called.
  if (key === 'properties' && isObject(member)) {
    return Object.fromEntries(Object.entries(member).map(([name, schema]) => [name, structural(schema, inList)]));
  }
  return structural(member, inList || key === 'items');
}

function described(schema: Readonly<Record<string, unknown>>): { readonly description?: string } {
  if (isObject(schema['default'])) return {};
  return {
    description: `${String(schema['description'] ?? '')} ${JSON.stringify(schema['default'])} when left out.`.trim(),
  };
}

function openApi(schema: z.ZodType): JsonObject {
  return structural(
    z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'input', reused: 'inline' }),
    false,
  ) as JsonObject;
}

const Condition = z.object({
  type: z.string().describe('Ready, Reconciling, Stalled, Drifted or a type of the kind.'),
  status: z.enum(['True', 'False', 'Unknown']).describe('Whether it holds.'),
  reason: z.string().optional().describe('One word for machines.'),
  message: z.string().optional().describe('A sentence for people.'),
  observedGeneration: z.int().optional().describe('Generation of the spec that this was found for.'),
  lastTransitionTime: z.string().optional().describe('When the status last changed, RFC 3339.'),
});

const Owned = z.object({
  id: z.string().describe('Name within this object.'),
  resource: z.string().describe('Kind of AWS resource.'),
  name: z.string().describe('Name in AWS, as its console shows it.'),
  arn: z.string().optional().describe('Full ARN.'),
  createdAt: z.string().optional().describe('When it was last created, RFC 3339.'),
  attemptedAt: z
    .string()
    .optional()
    .describe('When its creation was last sent without a clear answer from AWS, RFC 3339.'),
  leavingSince: z.string().optional().describe('Since when it is not declared any more and on its way out, RFC 3339.'),
  goneSince: z.string().optional().describe('Since when AWS does not have it any more, RFC 3339.'),
});

/** Status members that every kind has. */
const common = z.object({
  observedGeneration: z.int().optional().describe('Generation of the spec that this status is about.'),
  lastCheckedAt: z
    .string()
    .optional()
    .describe(
      'When AWS was last compared with the object, RFC 3339. Served from memory: it changes without a new resourceVersion.',
    ),
  nextCheckAt: z
    .string()
    .optional()
    .describe(
      'When AWS is compared with the object again, if nothing changes before; RFC 3339. Served from memory as well.',
    ),
  appliedHash: z.string().optional().describe('Stands for the declaration that was last carried out whole.'),
  conditions: z
    .array(Condition)
    .optional()
    .describe(
      'Ready says whether AWS is as declared; Reconciling and Stalled say whether that will change by itself; Drifted whether somebody changed AWS.',
    ),
  resources: z
    .array(Owned)
    .optional()
    .describe('AWS resources that this object owns. A note, not the truth: the truth is in their tags.'),
  bookkeeping: z
    .string()
    .optional()
    .describe('What else the controller remembers about these resources; of no use to anybody else.'),
});

/** The columns that every kind begins and ends with. */
const firstColumns: readonly Column[] = [
  {
    name: 'Ready',
    type: 'string',
    jsonPath: '.status.conditions[?(@.type=="Ready")].status',
    description: 'Whether AWS is as declared.',
  },
  {
    name: 'Reason',
    type: 'string',
    jsonPath: '.status.conditions[?(@.type=="Ready")].reason',
    description: 'Why, in one word.',
  },
];
const lastColumns: readonly Column[] = [
  {
    name: 'Drifted',
    type: 'string',
    jsonPath: '.status.conditions[?(@.type=="Drifted")].status',
    description: 'Whether AWS differs from what had been carried out.',
  },
  {
    name: 'Message',
    type: 'string',
    jsonPath: '.status.conditions[?(@.type=="Ready")].message',
    description: 'Why, in a sentence.',
    priority: 1,
  },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp', description: 'Age of the object.' },
];

/** Every column of a kind, in order, without the name. */
export function columnsOf(kind: Kind): readonly Column[] {
  return [...firstColumns, ...kind.columns, ...lastColumns];
}

/** Schema of the whole object of a kind, with a description for every field. */
export function objectSchema(kind: Kind): OpenApiSchema {
  const status = openApi(common.extend(kind.status.shape));
  return {
    type: 'object',
    description: kind.description,
    required: ['spec'],
    properties: {
      apiVersion: { type: 'string', description: `Version of the schema, ${apiVersion}.` },
      kind: { type: 'string', description: `What this is, ${kind.kind}.` },
      metadata: { type: 'object', description: 'Name, namespace, labels and annotations.' },
      spec: { ...openApi(kind.spec), description: 'What is wanted.' },
      status: { ...status, description: 'What is so; written by the controller only.' },
    },
  };
}

/** The CustomResourceDefinition of a kind. */
export function customResourceDefinition(kind: Kind): JsonObject {
  const columns = columnsOf(kind).map(({ name, type, jsonPath, description, priority = 0 }) => ({
    name,
    type,
    jsonPath,
    description,
    priority,
  }));
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${kind.plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: {
        kind: kind.kind,
        listKind: `${kind.kind}List`,
        plural: kind.plural,
        singular: kind.singular,
        shortNames: [...kind.shortNames],
        categories: ['batchwright'],
      },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: columns,
          schema: { openAPIV3Schema: objectSchema(kind) },
        },
      ],
    },
  };
}

/** What is wrong with an object's spec, with paths from the object's root; empty when nothing is. */
export function specProblems(
  kind: Kind,
  spec: unknown,
): readonly { readonly path: readonly (string | number)[]; readonly message: string }[] {
  const result = kind.spec.safeParse(spec ?? {});
  if (result.success) return [];
  return result.error.issues.map(issue => ({
    path: [
      'spec',
      ...issue.path.map(part => (typeof part === 'number' ? part : String(part))),
      ...(issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []),
    ],
    message: issue.code === 'unrecognized_keys' ? 'unknown field' : issue.message,
  }));
}
