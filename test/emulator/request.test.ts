import { expect, it } from 'vitest';
import { identified, isMutating, withInput } from './request.ts';

const scoped = (service: string, region = 'eu-west-1') => ({
  authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/${region}/${service}/aws4_request, Signature=0`,
});

it.each([
  {
    name: 'a Batch operation by its path',
    request: identified('POST', '/v1/describejobdefinitions', scoped('batch'), '{"status":"ACTIVE"}'),
    expected: { service: 'batch', operation: 'DescribeJobDefinitions', input: { status: 'ACTIVE' }, protocol: 'json' },
  },
  {
    name: 'a Batch tag operation by path and method',
    request: identified('DELETE', '/v1/tags/arn%3Aaws%3Abatch?tagKeys=a', scoped('batch'), ''),
    expected: { service: 'batch', operation: 'UntagResource', input: {}, protocol: 'json' },
  },
  {
    name: 'a Secrets Manager operation by its target',
    request: identified(
      'POST',
      '/',
      { ...scoped('secretsmanager'), 'x-amz-target': 'secretsmanager.PutSecretValue' },
      '{"SecretId":"s"}',
    ),
    expected: { service: 'secretsmanager', operation: 'PutSecretValue', input: { SecretId: 's' }, protocol: 'json' },
  },
  {
    name: 'an EC2 operation by its action',
    request: identified('POST', '/', scoped('ec2'), 'Action=CreateTags&ResourceId.1=lt-1&Tag.1.Value=a%26b'),
    expected: {
      service: 'ec2',
      operation: 'CreateTags',
      input: { Action: 'CreateTags', 'ResourceId.1': 'lt-1', 'Tag.1.Value': 'a&b' },
      protocol: 'query',
    },
  },
  {
    name: 'an operation that the SDK does not know by its path',
    request: identified('POST', '/v1/somethingnew', scoped('batch'), 'not json'),
    expected: { service: 'batch', operation: 'somethingnew', input: {}, protocol: 'json' },
  },
  {
    name: 'nothing without a credential scope',
    request: identified('GET', '/', {}, ''),
    expected: { service: '', operation: '', region: '', accessKeyId: '' },
  },
])('identifies $name', ({ request, expected }) => {
  expect(request).toMatchObject({ region: 'eu-west-1', accessKeyId: 'AKIDEXAMPLE', ...expected });
});

it.each([
  ['CreateSecret', true],
  ['RegisterJobDefinition', true],
  ['TagResource', true],
  ['DescribeSecret', false],
  ['ListSecrets', false],
  ['GetSecretValue', false],
  ['BatchGetSecretValue', false],
  ['AssumeRole', false],
])('%s is mutating: %s', (operation, mutating) => {
  expect(isMutating(operation)).toBe(mutating);
});

it('encodes changed parameters as the protocol does', () => {
  const json = identified('POST', '/v1/listjobs', scoped('batch'), '{"jobQueue":"q","nextToken":"t"}');
  const form = identified('POST', '/', scoped('ec2'), 'Action=DescribeLaunchTemplates');

  expect(withInput(json, { maxResults: 10, nextToken: undefined }).body).toBe('{"jobQueue":"q","maxResults":10}');
  expect(withInput(form, { MaxResults: 10 }).body).toBe('Action=DescribeLaunchTemplates&MaxResults=10');
});
