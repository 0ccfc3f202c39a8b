import type { ResourceType } from '../resource-type.ts';
import { objectSchema } from '../schema/object-schema.ts';

const anyObject = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } as const;

function review(group: string, version: string, kind: string, plural: string, description: string): ResourceType {
  return {
    group,
    version,
    kind,
    plural,
    singular: kind.toLowerCase(),
    shortNames: [],
    categories: [],
    namespaced: false,
    verbs: ['create'],
    status: false,
    builtIn: true,
    description,
    schema: objectSchema({
      properties: {
        spec: { ...anyObject, description: 'The question.' },
        status: { ...anyObject, description: 'The answer.' },
      },
    }),
    columns: [],
    fields: () => ({}),
    validate: () => [],
  };
}

/** The questions that callers can ask about themselves. They are answered and not stored. */
export const reviews: readonly ResourceType[] = [
  review(
    'authorization.k8s.io',
    'v1',
    'SelfSubjectAccessReview',
    'selfsubjectaccessreviews',
    'Asks whether the caller may do something.',
  ),
  review(
    'authorization.k8s.io',
    'v1',
    'SelfSubjectRulesReview',
    'selfsubjectrulesreviews',
    'Asks what the caller may do in a namespace.',
  ),
  review('authentication.k8s.io', 'v1', 'SelfSubjectReview', 'selfsubjectreviews', 'Asks who the caller is.'),
  review('authentication.k8s.io', 'v1beta1', 'SelfSubjectReview', 'selfsubjectreviews', 'Asks who the caller is.'),
];
