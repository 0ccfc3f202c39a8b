import { expect, it } from 'vitest';
import { Metrics } from '../../controller/server/metrics.ts';

it('tells how many calls an account and Region got in the last hour', async () => {
  const metrics = new Metrics();
  metrics.watch({
    queueDepth: () => 0,
    working: () => 0,
    objects: () => [],
    callsLastHour: () => new Map([['123456789012/eu-central-1', 42]]),
    source: () => ({ invalidFiles: 0, heldDeletions: 0 }),
  });

  expect(await metrics.registry.metrics()).toContain(
    'batchwright_aws_calls_last_hour{account="123456789012",region="eu-central-1"} 42\n',
  );
});
