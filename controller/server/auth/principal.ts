/** What a caller may do where a binding holds. Each role includes the one before it. */
export type Role = 'viewer' | 'editor' | 'admin';

/** A role, everywhere or in the namespaces that are listed. */
export interface Binding {
  readonly role: Role;
  readonly namespaces?: readonly string[] | undefined;
  /** Beginnings of the ARNs that an editor may name there: roles to pass on, keys, policies, secrets. */
  readonly arns?: readonly string[] | undefined;
}

/** Whether a binding holds for what is inside a namespace. */
export function holdsIn({ namespaces }: Binding, namespace: string): boolean {
  return namespaces === undefined || namespaces.includes(namespace);
}

/** A caller whose credentials were verified. Without bindings it may ask who it is and nothing else. */
export interface Principal {
  readonly name: string;
  readonly groups: readonly string[];
  readonly bindings: readonly Binding[];
}

/** Every caller whose credentials were verified is a member of this group. */
export const authenticatedGroup = 'system:authenticated';
