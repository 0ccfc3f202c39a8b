import { isObject, type JsonObject } from '../../../model/json.ts';
import { group as ourGroup } from '../../../model/object.ts';
import type { Attributes, Decision } from '../../auth/authorization.ts';
import { rulesFor } from '../../auth/authorization.ts';
import type { Principal } from '../../auth/principal.ts';
import type { Call } from '../call.ts';
import { incomingObject } from '../incoming.ts';
import type { Result } from '../result.ts';
import { badRequest } from '../status.ts';

/** Decides whether a caller may do something; the same function that decides about its requests. */
export type Authorize = (principal: Principal, attributes: Attributes) => Decision;

/** Paths outside resources that everybody with valid credentials may read. */
const readablePaths = [
  '/api',
  '/api/*',
  '/apis',
  '/apis/*',
  '/healthz',
  '/livez',
  '/openapi',
  '/openapi/*',
  '/readyz',
  '/version',
  '/version/*',
];

type Answer = (call: Call, spec: JsonObject, authorize: Authorize) => JsonObject;

const answers: Readonly<Record<string, Answer>> = {
  SelfSubjectAccessReview: accessStatus,
  SelfSubjectRulesReview: ({ principal }, spec) => rulesStatus(principal, text(spec['namespace'])),
  SelfSubjectReview: ({ principal }) => ({
    userInfo: { username: principal.name, uid: principal.name, groups: principal.groups },
  }),
};

/** `POST` of a question that a caller asks about itself: the question comes back with its answer. */
export function review(call: Call, authorize: Authorize): Result {
  const sent = incomingObject(call, 'Ignore');
  const spec = isObject(sent['spec']) ? (sent['spec'] as JsonObject) : {};
  const status = answers[call.type.kind]?.(call, spec, authorize);
  if (status === undefined) throw badRequest(`${call.type.kind} is not a question that is answered here`);
  return { type: 'json', code: 201, body: { ...sent, metadata: { creationTimestamp: null }, status } };
}

function accessStatus({ principal }: Call, spec: JsonObject, authorize: Authorize): JsonObject {
  const { nonResourceAttributes: path, resourceAttributes: resource } = spec;
  if (isObject(path)) {
    const allowed = text(path['verb']) === 'get' && readablePaths.some(known => covers(known, text(path['path'])));
    return { allowed, ...(allowed ? {} : { reason: 'only reading is allowed outside resources' }) };
  }
  if (!isObject(resource)) throw badRequest('spec names neither resourceAttributes nor nonResourceAttributes');
  const name = text(resource['name']);
  return {
    ...authorize(principal, {
      verb: text(resource['verb']),
      group: text(resource['group']),
      resource: text(resource['resource']),
      subresource: text(resource['subresource']),
      namespace: text(resource['namespace']),
      ...(name === '' ? {} : { name }),
    }),
  };
}

function rulesStatus(principal: Principal, namespace: string): JsonObject {
  const rules = rulesFor(principal, ourGroup, namespace);
  return {
    resourceRules: rules.map(({ groups, resources, verbs }) => ({ verbs, apiGroups: groups, resources })),
    nonResourceRules: [{ verbs: ['get'], nonResourceURLs: readablePaths }],
    incomplete: false,
  };
}

function covers(known: string, path: string): boolean {
  return known.endsWith('/*') ? path.startsWith(known.slice(0, -1)) : path === known;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
