import type { ClientException } from '@aws-sdk/client-batch';
import type { Rule } from '../rules.ts';
import { refusal } from '../rules.ts';
import { clientException } from '../service.ts';
import type { World } from '../world.ts';

/** A refused request, in the envelope that Batch puts around the messages of its validation. */
function invalidRequest(world: World, message: string): ClientException {
  return clientException(`Error executing request, Exception : ${message}, RequestId: ${world.random.uuid()}`);
}

/** Throws what the first rule that refuses says. */
export function refuse<Subject>(world: World, rules: readonly Rule<Subject>[], subject: Subject): void {
  const message = refusal(rules, subject);
  if (message !== undefined) throw invalidRequest(world, message);
}

/** Batch's names. */
export const namePattern = /^[0-9A-Za-z][0-9A-Za-z_-]{0,127}$/;

/** The same word in Batch's own letter case. */
export function upper<T extends string>(word: T): T {
  return word.toUpperCase() as T;
}

/** How the tags that AWS sets itself begin, in any letter case. */
export const reservedTagPrefix = /^aws:/i;

/** What Batch refuses about the tags of a new resource. */
export const tagRules: readonly Rule<{ readonly tags?: Record<string, string> | undefined }>[] = [
  {
    refuses: ({ tags }) => tags !== undefined && Object.keys(tags).length === 0,
    message: 'Tags must not be empty, expected between 1 and 50 entries',
  },
  {
    refuses: ({ tags }) => Object.keys(tags ?? {}).length > 50,
    message: 'The number of tags exceeds the limit of 50 for one resource',
  },
  {
    refuses: ({ tags }) => Object.keys(tags ?? {}).some(key => reservedTagPrefix.test(key)),
    message: 'Tag keys beginning with aws: are reserved and not allowed',
  },
  {
    refuses: ({ tags }) => Object.keys(tags ?? {}).some(key => key.length < 1 || key.length > 128),
    message: 'Tag keys should be between 1 and 128 characters',
  },
  {
    refuses: ({ tags }) => Object.values(tags ?? {}).some(value => value.length > 256),
    message: 'Tag values should be at most 256 characters',
  },
];
