import { load } from 'js-yaml';
import { z } from 'zod';

const name = z.string().min(1).max(253);
const binding = z.strictObject({
  role: z.enum(['viewer', 'editor', 'admin']),
  namespaces: z.array(name).min(1).readonly().optional(),
  arns: z.array(z.string().startsWith('arn:').max(2048)).readonly().optional(),
});
const token = z.strictObject({
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be the SHA-256 of the token in 64 lower-case hexadecimal digits'),
  expiresAt: z.iso.datetime().optional(),
});
const document = z.strictObject({
  users: z
    .array(
      z.strictObject({
        name,
        groups: z.array(name).readonly().default([]),
        tokens: z.array(token).readonly().default([]),
        bindings: z.array(binding).readonly().default([]),
      }),
    )
    .readonly()
    .default([]),
  groups: z
    .array(z.strictObject({ name, bindings: z.array(binding).readonly().default([]) }))
    .readonly()
    .default([]),
});

/** Who may use the API and what for: the content of an access file. Tokens are held as SHA-256 only. */
export type AccessList = z.output<typeof document>;

/** An access file that can't be used. The message names the place and says what is expected, and quotes nothing. */
export class AccessListProblem extends Error {
  override readonly name = 'AccessListProblem';
}

/** The access list in a YAML or JSON text; throws `AccessListProblem` when any part of it is wrong. */
export function accessList(text: string): AccessList {
  const result = document.safeParse(parsed(text));
  if (!result.success) {
    const problems = result.error.issues.map(
      issue => `${issue.path.map(String).join('.') || 'document'}: ${issue.message}`,
    );
    throw new AccessListProblem(problems.join('; '));
  }
  const twice =
    duplicate(result.data.users.map(user => user.name)) ?? duplicate(result.data.groups.map(group => group.name));
  if (twice !== undefined)
    throw new AccessListProblem(`"${twice}" is listed twice; give it one entry with all its bindings`);
  return result.data;
}

function parsed(text: string): unknown {
  try {
    return load(text, { maxDepth: 16, maxAliases: 0 });
  } catch {
    throw new AccessListProblem('the text is not one YAML document without aliases');
  }
}

function duplicate(names: readonly string[]): string | undefined {
  return names.find((name, index) => names.indexOf(name) !== index);
}
