import fc from 'fast-check';
import { expect, it } from 'vitest';
import { jobDefinitionKind } from '../../../controller/kinds/job-definition/job-definition.ts';
import type { ExpandInput } from '../../../controller/kinds/kind.ts';
import { isObject } from '../../../controller/model/json.ts';
import { jobDefinition } from '../../../controller/resources/job-definition/job-definition.ts';
import { normalForm } from '../../../controller/resources/job-definition/normal-form.ts';
import type { JobDefinitionWant } from '../../../controller/resources/job-definition/shape.ts';
import { Drive, owner } from '../../resources/drive.ts';
import { simulation } from '../../resources/simulation.ts';
import { arbitrarySpec } from './arbitrary-spec.ts';

type Members = Readonly<Record<string, unknown>>;

const blog = {
  spec: { registryCredentials: [{ name: 'ghcr' }] },
  status: { executionRole: { grantedCredentials: ['ghcr'] } },
};

/** What a spec asks of AWS. */
function wantOf(spec: Members): JobDefinitionWant {
  const input = {
    object: { apiVersion: 'batchwright.dev/v1alpha1', kind: 'JobDefinition', metadata: { name: 'job' } },
    spec: jobDefinitionKind.spec.parse(spec),
    owner,
    account: { accountId: '123456789012', region: 'eu-west-1', partition: 'aws' },
    defaultTags: {},
    fingerprint: () => '',
    credential: undefined,
    referenced: () => blog,
    output: (kind: string) =>
      kind === 'BatchEnvironment'
        ? 'arn:aws:iam::123456789012:role/execution'
        : 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:login-AbCdEf',
    peers: () => [],
  } as unknown as ExpandInput<unknown>;
  return jobDefinitionKind.expand(input).declared[0]?.want as unknown as JobDefinitionWant;
}

/** A simulated AWS that answers in all the ways in which AWS may, and one definition in it. */
function driven(fillsDefaults: boolean) {
  const { simulated, aws, advance } = simulation({ fillsDefaults, reorders: true });
  const drive = new Drive({ resource: jobDefinition, aws, id: 'jobDefinition', name: 'job' });
  const revisions = () => simulated.batch.jobDefinitions.values();
  const active = () => revisions().filter(({ status }) => status === 'ACTIVE');
  return { drive, revisions, active, advance };
}

/** The content of a revision as AWS answers it. */
function contentOf(revision: object): Members {
  const {
    jobDefinitionName: _n,
    jobDefinitionArn: _a,
    revision: _r,
    status: _s,
    tags: _t,
    ...rest
  } = revision as Members;
  const { containerOrchestrationType: _o, ...content } = rest;
  return content;
}

const orderless = [
  'environment',
  'secrets',
  'secretOptions',
  'resourceRequirements',
  'ulimits',
  'devices',
  'tmpfs',
  'env',
  'imagePullSecrets',
  'volumes',
  'mountPoints',
  'permissions',
  'consumableResourceList',
  'containers',
  'dependsOn',
];

/** The same with every list turned round whose order means nothing, and members in another order. */
function turned(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) {
    const items = value.map(item => turned(item));
    return orderless.includes(key) ? items.reverse() : items;
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, member]) => [name, turned(member, name)] as const)
      .reverse(),
  );
}

const runs = { numRuns: 150, seed: 3 };

it('what is registered and described again is as wanted, also where the tags are not believed', async () => {
  await fc.assert(
    fc.asyncProperty(arbitrarySpec, fc.boolean(), async (spec, fillsDefaults) => {
      const { drive, active } = driven(fillsDefaults);
      const want = wantOf(spec);
      expect(await drive.settle(want)).toEqual(['create']);

      expect([await drive.plan(want), await drive.plan(want, false)]).toEqual([{ action: 'none' }, { action: 'none' }]);
      expect(active().map(revision => normalForm(contentOf(revision)))).toEqual([want.normal]);
      drive.memo = { arn: 'a revision that was ours before' };
      expect(await drive.plan(want)).toEqual({ action: 'none' });
    }),
    runs,
  );
});

it('another order of what has no order plans nothing', async () => {
  await fc.assert(
    fc.asyncProperty(arbitrarySpec, async spec => {
      const { drive } = driven(false);
      await drive.settle(wantOf(spec));

      expect(await drive.plan(wantOf(turned(spec) as Members))).toEqual({ action: 'none' });
    }),
    runs,
  );
});

/** One change of one member at the top, which is valid with whatever else is there. */
const changes: Readonly<Record<string, (spec: Members) => Members>> = {
  parameters: spec => ({ ...spec, parameters: { ...(spec['parameters'] as object), changed: 'yes' } }),
  schedulingPriority: spec => ({ ...spec, schedulingPriority: spec['schedulingPriority'] === 7 ? 8 : 7 }),
  timeout: spec => ({ ...spec, timeout: { attemptDurationSeconds: 77 } }),
  retryStrategy: spec => ({
    ...spec,
    retryStrategy: { attempts: 10, evaluateOnExit: [{ onReason: 'changed', action: 'EXIT' }] },
  }),
  consumableResourceProperties: spec => ({
    ...spec,
    consumableResourceProperties: { consumableResourceList: [{ consumableResource: 'changed', quantity: 1 }] },
  }),
  image: spec => withImage(spec, 'registry.example/changed:1') as Members,
};

function withImage(value: unknown, image: string): unknown {
  if (Array.isArray(value)) return value.map(item => withImage(item, image));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, key === 'image' ? image : withImage(member, image)]),
  );
}

it.each(Object.entries(changes))('a change of %s plans exactly one revision', async (_, change) => {
  await fc.assert(
    fc.asyncProperty(arbitrarySpec, async spec => {
      const { drive, revisions } = driven(false);
      await drive.settle(wantOf(spec));
      const want = wantOf(change(spec));

      const plan = await drive.plan(want);
      expect(plan.action === 'apply' && plan.steps.map(({ op }) => op)).toEqual(['register']);
      expect(await drive.settle(want)).toEqual(['register']);
      expect(revisions().length).toBe(2);
    }),
    { ...runs, numRuns: 40 },
  );
});

it('a change of tags plans no revision', async () => {
  await fc.assert(
    fc.asyncProperty(arbitrarySpec, async spec => {
      const { drive, revisions } = driven(false);
      await drive.settle(wantOf(spec));

      expect(await drive.settle(wantOf({ ...spec, tags: { changed: 'yes' } }))).toEqual(['tag']);
      expect(revisions().length).toBe(1);
    }),
    { ...runs, numRuns: 40 },
  );
});

it('from one content to another and back ends in the first, with nothing left over', async () => {
  await fc.assert(
    fc.asyncProperty(arbitrarySpec, arbitrarySpec, fc.constantFrom(0, 1, 3), async (a, b, revisionHistoryLimit) => {
      const { drive, active, advance } = driven(false);
      const [first, second] = [a, b].map(spec => wantOf({ ...spec, revisionHistoryLimit }));
      const differs = first?.hash !== second?.hash;
      for (const want of [first, second, first]) await drive.settle(want);
      await advance(60_000);
      await drive.settle(first);

      const left = active().sort((x, y) => x.revision - y.revision);
      expect(normalForm(contentOf(left.at(-1) ?? {}))).toEqual(first?.normal);
      expect(left.length).toBe(differs ? Math.min(1 + revisionHistoryLimit, 3) : 1);
      expect(await drive.plan(first)).toEqual({ action: 'none' });
      expect(await drive.remove()).toEqual(['delete']);
      expect(active()).toEqual([]);
    }),
    { ...runs, numRuns: 80 },
  );
});
