import type { Account } from '../../../controller/aws/aws.ts';

/** What stands before the name in an ARN of Batch. */
export type BatchNoun = 'compute-environment' | 'job-queue' | 'scheduling-policy' | 'job-definition' | 'job';

/** The ARN of something of Batch in this account and Region. */
export function batchArn({ partition, region, accountId }: Account, noun: BatchNoun, name: string): string {
  return `arn:${partition}:batch:${region}:${accountId}:${noun}/${name}`;
}

/** The name in a name or ARN; an ARN of another account, Region or kind names nothing here. */
export function batchName(account: Account, noun: BatchNoun, reference: string | undefined): string {
  if (reference === undefined) return '';
  if (!reference.startsWith('arn:')) return reference;
  const prefix = batchArn(account, noun, '');
  return reference.startsWith(prefix) ? reference.slice(prefix.length) : '';
}
