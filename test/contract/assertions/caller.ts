import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { expect } from 'vitest';
import type { Assertion } from '../contract.ts';
import { createRole } from '../iam-things.ts';

/** Who we are. */
export const caller: readonly Assertion[] = [
  {
    name: 'the caller has an account of twelve digits and an ARN that names it and the partition',
    run: async world => {
      const { Account, Arn } = await world.clients.sts.send(new GetCallerIdentityCommand({}));

      expect(Account).toMatch(/^[0-9]{12}$/);
      expect(Arn).toMatch(new RegExp(`^arn:${world.account.partition}:(iam|sts)::${Account}:`));
    },
  },
  {
    name: 'what the caller creates belongs to its account',
    run: async world => {
      const { Account } = await world.clients.sts.send(new GetCallerIdentityCommand({}));

      const { Arn } = await createRole(world);

      expect(Arn.split(':')[4]).toBe(Account);
    },
  },
];
