import { describe, expect, it } from 'vitest';
import { policyDocument, samePolicies, samePolicy } from '../../controller/model/policy-document.ts';

const read = { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: 'arn:aws:secretsmanager:a' };
const decrypt = { Effect: 'Allow', Action: ['kms:Decrypt'], Resource: ['arn:aws:kms:a', 'arn:aws:kms:b'] };

function policy(...statements: readonly object[]): object {
  return { Version: '2012-10-17', Statement: statements };
}

function condition(value: object): object {
  return policy({ ...read, Condition: value });
}

describe('samePolicy', () => {
  it.each([
    { name: 'the same document', want: policy(read), have: policy(read) },
    { name: 'statements in another order', want: policy(read, decrypt), have: policy(decrypt, read) },
    { name: 'a lone statement without its list', want: policy(read), have: { ...policy(), Statement: read } },
    {
      name: 'one string in the place of a list of one',
      want: policy(read),
      have: policy({ ...read, Action: [read.Action], Resource: [read.Resource] }),
    },
    {
      name: 'resources in another order',
      want: policy(decrypt),
      have: policy({ ...decrypt, Resource: ['arn:aws:kms:b', 'arn:aws:kms:a'] }),
    },
    {
      name: 'actions in another order and case',
      want: policy({ ...read, Action: ['s3:GetObject', 's3:PutObject'] }),
      have: policy({ ...read, Action: ['S3:putobject', 's3:GetObject'] }),
    },
    { name: 'members in another order', want: policy(read), have: { Statement: [read], Version: '2012-10-17' } },
    {
      name: 'no version for the oldest one',
      want: { Statement: [read] },
      have: { ...policy(read), Version: '2008-10-17' },
    },
    {
      name: 'everybody as a string and as an AWS principal',
      want: policy({ ...read, Principal: '*' }),
      have: policy({ ...read, Principal: { AWS: ['*'] } }),
    },
    {
      name: 'an account id for the ARN of its root',
      want: policy({ ...read, Principal: { AWS: '123456789012' } }),
      have: policy({ ...read, Principal: { AWS: 'arn:aws-cn:iam::123456789012:root' } }),
    },
    {
      name: 'service principals in another order',
      want: policy({ ...read, Principal: { Service: ['ec2.amazonaws.com', 'ecs-tasks.amazonaws.com'] } }),
      have: policy({ ...read, Principal: { Service: ['ecs-tasks.amazonaws.com', 'ec2.amazonaws.com'] } }),
    },
    {
      name: 'a condition key in another case, its values as a list in another order',
      want: condition({ StringEquals: { 'aws:SourceAccount': ['1', '2'] } }),
      have: condition({ StringEquals: { 'aws:sourceaccount': ['2', '1'] } }),
    },
    {
      name: 'a boolean condition value as text',
      want: condition({ Bool: { 'aws:SecureTransport': true } }),
      have: condition({ Bool: { 'aws:SecureTransport': 'true' } }),
    },
  ])('is true for $name', ({ want, have }) => {
    expect(samePolicy(want, have)).toBe(true);
    expect(samePolicy(have, want)).toBe(true);
  });

  it.each([
    { name: 'one statement more', want: policy(read), have: policy(read, decrypt) },
    { name: 'another effect', want: policy(read), have: policy({ ...read, Effect: 'Deny' }) },
    { name: 'one action more', want: policy(read), have: policy({ ...read, Action: [read.Action, 'kms:Decrypt'] }) },
    {
      name: 'a resource in another case',
      want: policy(read),
      have: policy({ ...read, Resource: 'arn:aws:secretsmanager:A' }),
    },
    {
      name: 'NotAction for Action',
      want: policy(read),
      have: policy({ Effect: 'Allow', NotAction: read.Action, Resource: read.Resource }),
    },
    {
      name: 'another condition value',
      want: condition({ StringEquals: { a: '1' } }),
      have: condition({ StringEquals: { a: '2' } }),
    },
    {
      name: 'another condition operator',
      want: condition({ StringEquals: { a: '1' } }),
      have: condition({ StringLike: { a: '1' } }),
    },
    { name: 'no condition', want: condition({ StringEquals: { a: '1' } }), have: policy(read) },
    {
      name: 'another service principal',
      want: policy({ ...read, Principal: { Service: 'ec2.amazonaws.com' } }),
      have: policy({ ...read, Principal: { Service: 'ecs.amazonaws.com' } }),
    },
    {
      name: 'an account that was a service',
      want: policy({ ...read, Principal: { AWS: '123456789012' } }),
      have: policy({ ...read, Principal: { Service: '123456789012' } }),
    },
    { name: 'another Sid', want: policy({ ...read, Sid: 'Read' }), have: policy(read) },
    { name: 'another version', want: policy(read), have: { ...policy(read), Version: '2008-10-17' } },
    { name: 'no document', want: policy(read), have: undefined },
    { name: 'text that is no document', want: policy(read), have: 'nonsense' },
  ])('is false for $name', ({ want, have }) => {
    expect(samePolicy(want, have)).toBe(false);
    expect(samePolicy(have, want)).toBe(false);
  });
});

describe('samePolicies', () => {
  it.each([
    { name: 'no policies', want: {}, have: undefined, same: true },
    {
      name: 'the same policies',
      want: { a: policy(read) },
      have: { a: policy({ ...read, Action: [read.Action] }) },
      same: true,
    },
    { name: 'one policy more', want: { a: policy(read) }, have: { a: policy(read), b: policy(read) }, same: false },
    { name: 'one policy less', want: { a: policy(read), b: policy(read) }, have: { a: policy(read) }, same: false },
    { name: 'another name', want: { a: policy(read) }, have: { b: policy(read) }, same: false },
    { name: 'another document', want: { a: policy(read) }, have: { a: policy(decrypt) }, same: false },
  ])('compares $name', ({ want, have, same }) => {
    expect(samePolicies(want, have)).toBe(same);
  });
});

describe('policyDocument', () => {
  it.each([
    { name: 'percent-encoded text', text: encodeURIComponent('{"Statement": [{"Resource": "a/%25*"}]}') },
    { name: 'plain text', text: ' {"Statement": [{"Resource": "a/%25*"}]}' },
  ])('reads $name', ({ text }) => {
    expect(policyDocument(text)).toEqual({ Statement: [{ Resource: 'a/%25*' }] });
  });

  it.each(['', 'nonsense', '%E0%A4%A', '{"Statement":'])('leaves %j as it is', text => {
    expect(policyDocument(text)).toBe(text);
  });
});
