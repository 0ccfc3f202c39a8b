import type { z } from 'zod';
import type { Account } from '../aws/aws.ts';
import type { Verdict } from '../model/conditions.ts';
import type { Declared, Unknown } from '../model/declared.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { ApiObject } from '../model/object.ts';
import type { Owner, Tags } from '../model/ownership.ts';
import type { SecretValue } from '../model/secret-value.ts';
import type { View } from '../resources/resource.ts';

/** An object that a spec names, always in the object's own namespace. */
export interface Reference {
  readonly kind: string;
  readonly name: string;
  /** Where the spec names it, for messages. */
  readonly path: string;
}

/** A registry login as its source gave it. */
export interface CredentialValue {
  readonly username: SecretValue;
  readonly password: SecretValue;
  /** Where the source itself says which registry it is for. */
  readonly registry?: string | undefined;
}

/** Where a credential's value is to be read; one member is set. */
export interface CredentialSource {
  readonly files?:
    | {
        readonly usernamePath?: string | undefined;
        readonly username?: string | undefined;
        readonly passwordPath: string;
      }
    | undefined;
  readonly environment?:
    | {
        readonly usernameVariable?: string | undefined;
        readonly username?: string | undefined;
        readonly passwordVariable: string;
      }
    | undefined;
  readonly dockerConfig?: { readonly path: string; readonly registry?: string | undefined } | undefined;
  readonly existingSecret?: { readonly secretId: string } | undefined;
}

/** What `expand` works with: everything that was gathered before. */
export interface ExpandInput<Spec> {
  readonly object: ApiObject;
  readonly spec: Spec;
  readonly owner: Owner;
  readonly account: Account;
  /** Tags that the AwsAccount asks for on everything. */
  readonly defaultTags: Tags;
  /** The keyed fingerprint of a secret. */
  readonly fingerprint: (secret: SecretValue) => string;
  /** The value of the credential, for kinds that have a source for it. */
  readonly credential: CredentialValue | undefined;
  /** A referenced object as it is now; undefined when it does not exist or is being deleted. */
  readonly referenced: (kind: string, name: string) => ApiObject | undefined;
  /** A member of a referenced object's status, for example `secret.arn`; Unknown while it is not there. */
  readonly output: (kind: string, name: string, path: string) => string | Unknown;
  /** Objects of a kind in the same namespace. */
  readonly peers: (kind: string) => readonly ApiObject[];
}

/** What an object stands for in AWS. */
export interface Expansion {
  readonly declared: readonly Declared[];
  /** Conditions of the kind's own, beside those that the engine sets. */
  readonly verdicts?: readonly Verdict[];
  /** Status members that follow from the expansion alone. */
  readonly own?: Readonly<Record<string, Json | undefined>>;
}

/** One resource as a kind's report sees it. `view` is absent while the resource is. */
export interface Reported {
  readonly id: string;
  readonly name: string;
  readonly view: View | undefined;
  /** It is as declared and AWS is not working on it. */
  readonly settled: boolean;
  readonly memo: JsonObject | undefined;
}

/** A column of `kubectl get`: a JSON path into the object. */
export interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'date' | 'boolean';
  readonly jsonPath: string;
  readonly description: string;
  /** Above 0: only with `-o wide`. */
  readonly priority?: number;
}

/** What users write: a schema, and pure functions from it to AWS and back to status. */
export interface KindDefinition<Spec> {
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly description: string;
  readonly spec: z.ZodType<Spec>;
  /** Members of `status` of the kind's own. */
  readonly status: z.ZodObject;
  readonly columns: readonly Column[];
  /** The AwsAccount that the spec names. */
  readonly account: (spec: Spec) => string | undefined;
  /** Every other object that the spec names; changes to them wake this one, and they outlive it. */
  readonly references: (spec: Spec) => readonly Reference[];
  /** Kinds whose objects in the namespace matter without being named. */
  readonly watches?: readonly string[];
  /** Where the value of the credential comes from. */
  readonly source?: (spec: Spec) => { readonly from: CredentialSource; readonly registry: string } | undefined;
  /** Look at the source again after this many milliseconds. */
  readonly pollMs?: number;
  readonly retain: (spec: Spec) => boolean;
  /** AWS names that the object claims, as `Resource:name`, for telling two claimants apart before any call. */
  readonly claims: (object: ApiObject, spec: Spec) => readonly string[];
  /** Throws a Failure when the spec cannot be carried out as things are. */
  readonly expand: (input: ExpandInput<Spec>) => Expansion;
  /** Conditions of the kind's own that follow from what AWS shows, beside those of the expansion. */
  readonly verdicts?: (
    spec: Spec,
    resources: readonly Reported[],
    referenced: ExpandInput<Spec>['referenced'],
  ) => readonly Verdict[];
  /** When the object is to delete itself, in milliseconds since the epoch. An object that a file declares never does. */
  readonly expiresAt?: (spec: Spec, status: JsonObject) => number | undefined;
  readonly report: (spec: Spec, resources: readonly Reported[]) => Readonly<Record<string, Json | undefined>>;
}

/** A kind as the engine sees it. */
export type Kind = KindDefinition<unknown>;

/** Checks a kind's types and forgets them. */
export function defineKind<Spec>(definition: KindDefinition<Spec>): Kind {
  return definition as unknown as Kind;
}
