/**
 * The part of a structural schema (Kubernetes CRDs, OpenAPI v3) that decides which type a value has. Everything else
 * in a schema, such as `required`, bounds, patterns and rules, is somebody else's to check. Plain JSON, so that it can
 * be handed to a worker thread.
 */
export interface StructuralSchema {
  readonly type?: string | undefined;
  readonly properties?: Readonly<Record<string, StructuralSchema>> | undefined;
  readonly items?: StructuralSchema | undefined;
  readonly additionalProperties?: boolean | StructuralSchema | undefined;
  readonly enum?: readonly unknown[] | undefined;
  readonly nullable?: boolean | undefined;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean | undefined;
  readonly 'x-kubernetes-int-or-string'?: boolean | undefined;
  readonly [member: string]: unknown;
}

/** The schema of one kind, for the whole object as in a CRD. */
export interface KindSchema {
  readonly apiVersion: string;
  readonly kind: string;
  readonly schema: StructuralSchema;
}
