import { z } from 'zod';

/** An account id: twelve digits, as text, because leading zeros count. */
export const AccountId = z.string().regex(/^\d{12}$/, 'must be exactly 12 digits, in quotes');

/** An AWS Region. */
export const Region = z
  .string()
  .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be a Region such as eu-central-1')
  .describe('AWS Region, for example eu-central-1.');

/** Any ARN of a service. */
export function arnOf(service: string, what: string): z.ZodString {
  return z.string().regex(new RegExp(`^arn:[a-z-]+:${service}:`), `must be the full ARN of ${what}`);
}

/** A Batch name: what Batch takes for compute environments, job queues and job definitions. */
export const BatchName = z
  .string()
  .regex(
    /^[0-9A-Za-z][0-9A-Za-z_-]{0,127}$/,
    'must start with a letter or digit and hold at most 128 letters, digits, hyphens and underscores',
  );

/** A share of a fair-share queue; with a * at its end, all shares that begin so. */
export const ShareIdentifier = z
  .string()
  .regex(
    /^[A-Za-z0-9_-]{0,254}([A-Za-z0-9_-]|\*)$/,
    'must be 1 to 255 letters, digits, hyphens and underscores, with a * at the end for all that begin so',
  );

/** A name within an object's lists, which becomes part of AWS names. */
export const LocalName = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/,
    'must be at most 40 lower-case letters, digits and hyphens, and start and end with a letter or digit',
  );

const objectName = z
  .string()
  .min(1)
  .max(253)
  .regex(
    /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/,
    'must be the name of an object: lower-case letters, digits, hyphens and dots',
  );

/** Names an object of a kind in the same namespace. */
export function reference(kind: string, what: string) {
  return z
    .strictObject({ name: objectName.describe(`Name of the ${kind}.`) })
    .describe(`${what} ${/^[AEIO]/.test(kind) ? 'An' : 'A'} ${kind} in the same namespace.`);
}

const tagKey = z.string().min(1).max(128);

/** AWS tags. `aws:` keys are AWS's own, `batchwright.dev/` keys are ours. */
const Tags = z
  .record(tagKey, z.string().max(256))
  .refine(
    tags => Object.keys(tags).every(key => !/^(aws:|batchwright\.dev\/)/i.test(key)),
    'keys may not begin with aws: or batchwright.dev/',
  )
  .refine(tags => Object.keys(tags).length <= 45, 'at most 45 tags: AWS takes 50, and some are ours');

/** AWS tags with what they are for. */
export function tags(what: string) {
  return Tags.optional().describe(what);
}

/** What becomes of the AWS resources when the object is deleted. */
export const DeletionPolicy = z
  .enum(['Delete', 'Retain'])
  .default('Delete')
  .describe(
    'What becomes of the AWS resources when this object is deleted: Delete removes them in a safe order, Retain leaves them as they are, with their ownership tags.',
  );

/** The AwsAccount that an object lives in. */
export const AccountReference = reference(
  'AwsAccount',
  'Where the AWS resources live; the AwsAccount named default when left out, else the credentials and Region of the process.',
).optional();

/** Adds an issue unless exactly one of the members is set. */
export function exactlyOne(
  value: Readonly<Record<string, unknown>>,
  members: readonly string[],
  context: z.core.$RefinementCtx,
): void {
  const set = members.filter(member => value[member] !== undefined);
  if (set.length === 1) return;
  const message =
    set.length === 0 ? `one of ${members.join(', ')} is required` : `only one of ${set.join(', ')} may be set`;
  context.addIssue({ code: 'custom', path: set.length > 1 ? [set[1] ?? ''] : [], message });
}
