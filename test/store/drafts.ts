import type { ApiObject, Draft, Metadata, Ref } from '../../controller/model/object.ts';
import { StoreFailure, type StoreReason } from '../../controller/store/contract.ts';

/** A JobDefinition in the namespace `default` as a client would send it. */
export function draft(
  name: string,
  { metadata, ...rest }: { metadata?: Partial<Metadata> } & Record<string, unknown> = {},
): Draft {
  return {
    apiVersion: 'batchwright.dev/v1alpha1',
    kind: 'JobDefinition',
    metadata: { namespace: 'default', ...metadata, name },
    spec: { type: 'container' },
    ...rest,
  };
}

/** Names a JobDefinition in the namespace `default`. */
export function ref(name: string): Ref {
  return { kind: 'JobDefinition', namespace: 'default', name };
}

/** The version of an object as a number. */
export function versionOf(object: ApiObject): number {
  return Number(object.metadata.resourceVersion);
}

/** The reason for which a store refuses; fails the test when it does not. */
export async function refusal(attempt: Promise<unknown>): Promise<StoreReason> {
  return (await failure(attempt)).reason;
}

/** The failure that a store answers with; fails the test when there is none. */
export async function failure(attempt: Promise<unknown>): Promise<StoreFailure> {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof StoreFailure) return error;
    throw error;
  }
  throw new Error('the store did not refuse');
}

/** Names that differ from call to call and look like UUIDs. */
export function fakeIds(): () => string {
  let count = 0;
  return () => {
    count += 1;
    return `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`;
  };
}
