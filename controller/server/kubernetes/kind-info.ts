import type { ApiObject } from '../../model/object.ts';
import type { LiveStatus } from './live-status.ts';
import type { Schema } from './schema/schema.ts';

/** One column of `kubectl get`. Those with a priority above 0 show only with `-o wide`. */
export interface Column {
  readonly name: string;
  /** A `date` column gives an RFC 3339 time, which is printed as an age. */
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  readonly description: string;
  readonly priority: number;
  readonly value: (object: ApiObject) => string | number | boolean | null;
}

/** A rule that an object breaks, beyond what its schema says. */
export interface FieldProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Everything that the API knows about one of our kinds. All of them are namespaced and have a status subresource. */
export interface KindInfo {
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly description: string;
  /** The whole object, `spec` and `status` included, with a description for every field. */
  readonly schema: Schema;
  /** Between Name and Age, which every kind has. */
  readonly columns: readonly Column[];
  /** Behind Age: texts of any length, which push nothing aside there. */
  readonly last?: readonly Column[];
  /** Members of its status that are served from memory. */
  readonly live?: LiveStatus;
  /** Rules across fields; called only with objects that fit the schema. */
  readonly validate: (object: ApiObject) => readonly FieldProblem[];
}
