import { type Binding, holdsIn, type Principal, type Role } from './principal.ts';

/** What a request wants to do, in the words of Kubernetes. `namespace` is empty for everything outside or across namespaces. */
export interface Attributes {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace: string;
  readonly name?: string;
}

/** The answer to "may they", with the reason that the caller reads. */
export interface Decision {
  readonly allowed: boolean;
  readonly reason: string;
}

/** One line of what a role allows. `*` stands for all. */
export interface Rule {
  readonly role: Role;
  readonly verbs: readonly string[];
  readonly groups: readonly string[];
  readonly resources: readonly string[];
}

const reading = ['get', 'list', 'watch'];
const writing = ['create', 'update', 'patch', 'delete', 'deletecollection'];

/** What each role may do in the namespaces of its binding; a role has the rules of the roles before it as well. */
function rules(group: string): readonly Rule[] {
  return [
    { role: 'viewer', verbs: reading, groups: ['', group], resources: ['*'] },
    { role: 'editor', verbs: writing, groups: [group], resources: ['*'] },
    { role: 'editor', verbs: writing, groups: [''], resources: ['configmaps', 'events'] },
    { role: 'admin', verbs: ['*'], groups: ['*'], resources: ['*'] },
  ];
}

/** What everybody with valid credentials may do, whatever their bindings. */
const everybody: readonly Omit<Rule, 'role'>[] = [
  {
    verbs: ['create'],
    groups: ['authorization.k8s.io'],
    resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
  },
  { verbs: ['create'], groups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'] },
  { verbs: reading, groups: ['apiextensions.k8s.io'], resources: ['customresourcedefinitions'] },
];

const rank: Readonly<Record<Role, number>> = { viewer: 0, editor: 1, admin: 2 };

/**
 * Decides by the caller's bindings; nothing is allowed that no rule allows. Subresources belong to the controller:
 * reading one takes the rule of its resource, writing one takes admin.
 */
export function authorizer(group: string): (principal: Principal, attributes: Attributes) => Decision {
  const table = rules(group);

  return (principal, attributes) => {
    if (everybody.some(rule => covers(rule, attributes))) return { allowed: true, reason: 'allowed to everybody' };
    const writesSubresource = Boolean(attributes.subresource) && !reading.includes(attributes.verb);
    for (const binding of principal.bindings) {
      if (!reaches(binding, attributes)) continue;
      if (writesSubresource && binding.role !== 'admin') continue;
      if (table.some(rule => rank[rule.role] <= rank[binding.role] && covers(rule, attributes))) {
        return { allowed: true, reason: `role ${binding.role}${where(binding)}` };
      }
    }
    return { allowed: false, reason: refusal(principal, attributes) };
  };
}

/** The rules that hold for a caller in a namespace, as `auth can-i --list` prints them. */
export function rulesFor(principal: Principal, group: string, namespace: string): readonly Omit<Rule, 'role'>[] {
  const highest = Math.max(
    -1,
    ...principal.bindings.filter(binding => holdsIn(binding, namespace)).map(binding => rank[binding.role]),
  );
  const own = rules(group).filter(rule => rank[rule.role] <= highest);
  return [...own, ...everybody].map(({ verbs, groups, resources }) => ({ verbs, groups, resources }));
}

function covers(rule: Omit<Rule, 'role'>, attributes: Attributes): boolean {
  return (
    contains(rule.verbs, attributes.verb) &&
    contains(rule.groups, attributes.group) &&
    contains(rule.resources, attributes.resource)
  );
}

function contains(list: readonly string[], value: string): boolean {
  return list.includes('*') || list.includes(value);
}

/** A namespaced binding reaches what is inside its namespaces, and their Namespace objects for reading. */
function reaches(binding: Binding, { verb, group, resource, namespace, name }: Attributes): boolean {
  if (binding.namespaces === undefined) return true;
  if (group === '' && resource === 'namespaces') {
    return verb === 'get' && name !== undefined && binding.namespaces.includes(name);
  }
  return namespace !== '' && binding.namespaces.includes(namespace);
}

function where(binding: Binding): string {
  return binding.namespaces === undefined ? '' : ` in ${binding.namespaces.join(', ')}`;
}

function refusal(principal: Principal, { verb, group, resource, subresource, namespace }: Attributes): string {
  const what = subresource ? `${resource}/${subresource}` : resource;
  const place = namespace === '' ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  return `User "${principal.name}" cannot ${verb} resource "${what}" in API group "${group}" ${place}`;
}
