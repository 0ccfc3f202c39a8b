import { describe, expect, it } from 'vitest';
import { grants, trustedServices } from './policy.ts';

const arn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:registry-AbCdEf';
const statement = (Action: unknown, Resource: unknown, Effect = 'Allow') => ({ Effect, Action, Resource });

describe('grants', () => {
  it.each([
    { name: 'the exact action and ARN', statements: [statement('secretsmanager:GetSecretValue', arn)], allowed: true },
    {
      name: 'another letter case of the action',
      statements: [statement('secretsmanager:getsecretvalue', arn)],
      allowed: true,
    },
    {
      name: 'a wildcard action in a list',
      statements: [statement(['s3:*', 'secretsmanager:Get*'], [arn])],
      allowed: true,
    },
    {
      name: 'the suffix as six question marks',
      statements: [statement('*', arn.replace('AbCdEf', '??????'))],
      allowed: true,
    },
    { name: 'the ARN without its suffix', statements: [statement('*', arn.slice(0, -7))], allowed: false },
    { name: 'another action', statements: [statement('secretsmanager:DescribeSecret', '*')], allowed: false },
    { name: 'a denial beside it', statements: [statement('*', '*'), statement('*', arn, 'Deny')], allowed: false },
    { name: 'nothing', statements: [], allowed: false },
  ])('$name: $allowed', ({ statements, allowed }) => {
    const document = JSON.stringify({ Statement: statements });

    expect(grants(document, 'secretsmanager:GetSecretValue', arn)).toBe(allowed);
  });
});

describe('trusted services', () => {
  it.each([
    { name: 'one', Principal: { Service: 'a' }, services: ['a'] },
    { name: 'a list', Principal: { Service: ['a', 'b'] }, services: ['a', 'b'] },
    { name: 'an account', Principal: { AWS: '1' }, services: [] },
  ])('of $name', ({ Principal, services }) => {
    const document = JSON.stringify({ Statement: { Effect: 'Allow', Principal, Action: 'sts:AssumeRole' } });

    expect(trustedServices(document)).toEqual(services);
  });
});
