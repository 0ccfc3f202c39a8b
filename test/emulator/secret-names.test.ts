import { CreateSecretCommand, DeleteSecretCommand, DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { expect, it } from 'vitest';
import { clientsOf, refusal, steppedEmulator } from './started.ts';

it('a name is taken for a while after a deletion without recovery, though nothing can be read', async () => {
  const emulator = await steppedEmulator({ times: { secretDeletionMs: 5000 } });
  const { secrets } = clientsOf(emulator);
  const create = (Name: string) => secrets.send(new CreateSecretCommand({ Name, SecretString: 'x' }));
  await create('a');
  await secrets.send(new DeleteSecretCommand({ SecretId: 'a', ForceDeleteWithoutRecovery: true }));

  const read = await refusal(secrets.send(new DescribeSecretCommand({ SecretId: 'a' })));
  const created = await refusal(create('a'));
  expect(read.name).toBe('ResourceNotFoundException');
  expect(created).toMatchObject({
    name: 'InvalidRequestException',
    message: expect.stringContaining('scheduled for deletion'),
  });
  await create('b');

  await emulator.clock.advance(5000);
  await create('a');
});
