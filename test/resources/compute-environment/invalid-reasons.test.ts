import { expect, it } from 'vitest';
import { computeEnvironment } from '../../../controller/resources/compute-environment/compute-environment.ts';
import {
  blamed,
  explained,
  invalidReasons,
} from '../../../controller/resources/compute-environment/invalid-reasons.ts';
import { onEc2, seen } from './samples.ts';

/** What AWS says, as recorded in the reference, and a piece of what people read. */
// biome-ignore format: a table reads best in columns
const rows: readonly (readonly [string, RegExp])[] = [
  ['CLIENT_ERROR - Not authorized to perform sts:AssumeRole', /cannot act as the service role: create the role again/],
  ['CLIENT_ERROR - User: batch.amazonaws.com is not authorized to perform: sts:AssumeRole on resource arn:aws:iam::1:role/x', /cannot act as the service role/],
  ['CLIENT_ERROR - User: arn:aws:sts::1:assumed-role/x is not authorized to perform: ecs:DescribeClusters on resource: *', /IAM has not made it known yet/],
  ['CLIENT_ERROR - The request uses the parameter SpotFleetRequestConfig.IamFleetRole is invalid', /Spot fleet role does not exist/],
  ['CLIENT_ERROR - Invalid IamInstanceProfile: arn:aws:iam::1:role/x', /or a role was named in its place/],
  ['CLIENT_ERROR - Instance profile arn:aws:iam::1:instance-profile/x does not exist', /instance profile does not exist/],
  ['CLIENT_ERROR - Launch Template UserData is not MIME multipart format', /MIME multipart document/],
  ['CLIENT_ERROR - The specified launch template, with template ID lt-1, does not exist.', /launch template or its version cannot be used/],
  ['CLIENT_ERROR - CE has been INVALIDATED and scaled down because none of the instances joined the underlying ECS Cluster', /none reaches Amazon ECS/],
  ['CLIENT_ERROR - scaled down because none of the nodes joined the underlying EKS Cluster', /none joins the EKS cluster/],
  ['CLIENT_ERROR - Unable to validate Kubernetes Namespace jobs', /create the namespace/],
  ['CLIENT_ERROR - EKS Cluster version [1.20] is unsupported', /raise replacement/],
  ['CLIENT_ERROR - Clusters can not be blank.', /ECS cluster under it was deleted: raise replacement/],
  ['CLIENT_ERROR - Compute environment has active jobs: a, b', /let the jobs end/],
];

it.each(rows)('%s', (said, plain) => {
  expect(explained(said)).toMatch(plain);
});

it('has an example of every row', () => {
  const told = rows.map(([said]) => explained(said));

  expect(invalidReasons.filter(({ cause, fix }) => !told.includes(`${cause}: ${fix}`))).toEqual([]);
});

it('knows for which field AWS may only be early', () => {
  expect(rows.map(([said]) => blamed(said))).toEqual([
    'serviceRole',
    'serviceRole',
    'serviceRole',
    undefined,
    'computeResources.instanceRole',
    'computeResources.instanceRole',
    ...Array.from({ length: 8 }),
  ]);
});

it('says nothing about what it does not know', () => {
  expect([explained('CLIENT_ERROR - something new'), explained(undefined)]).toEqual([undefined, undefined]);
});

it('shows the words of AWS and what they mean', () => {
  const observed = { ...seen(onEc2), status: 'INVALID', statusReason: 'CLIENT_ERROR - Clusters can not be blank.' };

  expect(computeEnvironment.view(observed, onEc2)).toMatchObject({
    phase: 'failed',
    message: expect.stringMatching(/^INVALID: CLIENT_ERROR - Clusters can not be blank.; the ECS cluster under it was/),
  });
});

it('says of one that is being deleted that its name will be free', () => {
  expect(computeEnvironment.view({ ...seen(onEc2), status: 'DELETING' }, undefined)).toMatchObject({
    phase: 'busy',
    vanishing: true,
  });
});
