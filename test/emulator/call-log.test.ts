import { beforeEach, expect, it } from 'vitest';
import { CallLog } from './call-log.ts';
import { identified } from './request.ts';

const CANARY = 'c4n4ry "quoted" & more';

let calls = new CallLog();

beforeEach(() => {
  calls = new CallLog();
});

it.each([
  { name: 'plainly', service: 'batch', body: 'prefix c4n4ry suffix', text: 'c4n4ry', found: true },
  {
    name: 'as a JSON string',
    service: 'batch',
    body: JSON.stringify({ a: [{ b: CANARY }] }),
    text: CANARY,
    found: true,
  },
  { name: 'as a JSON key', service: 'batch', body: JSON.stringify({ [CANARY]: 1 }), text: CANARY, found: true },
  {
    name: 'in base64',
    service: 'batch',
    body: JSON.stringify({ SecretBinary: Buffer.from(`{"auth":"${CANARY}"}`).toString('base64') }),
    text: CANARY,
    found: true,
  },
  {
    name: 'in a form field',
    service: 'iam',
    body: new URLSearchParams({ Action: 'PutRolePolicy', PolicyDocument: CANARY }).toString(),
    text: CANARY,
    found: true,
  },
  {
    name: 'in base64 in a form field',
    service: 'ec2',
    body: new URLSearchParams({
      Action: 'A',
      UserData: Buffer.from(`#!/bin/sh\n${CANARY}`).toString('base64'),
    }).toString(),
    text: CANARY,
    found: true,
  },
  { name: 'nowhere', service: 'batch', body: JSON.stringify({ a: 'b' }), text: CANARY, found: false },
])('finds a text that stands in a request $name: $found', ({ service, body, text, found }) => {
  record(service, body);
  expect(calls.bodyContains(text)).toHaveLength(found ? 1 : 0);
});

it('counts and filters by service, operation and effect', () => {
  record('iam', 'Action=GetRole');
  record('iam', 'Action=GetRole');
  record('iam', 'Action=CreateRole');
  record('ec2', 'Action=CreateTags');

  expect(calls.counts()).toEqual({ 'iam:GetRole': 2, 'iam:CreateRole': 1, 'ec2:CreateTags': 1 });
  expect(calls.count({ mutating: true })).toBe(2);
  expect(calls.of({ service: 'iam', operation: /Role$/, mutating: true }).map(call => call.operation)).toEqual([
    'CreateRole',
  ]);
  expect(calls.bodyContains('GetRole', { service: 'ec2' })).toEqual([]);

  calls.clear();
  expect(calls.of()).toEqual([]);
});

function record(service: string, body: string): void {
  const authorization = `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/${service}/aws4_request`;
  calls.record(identified('POST', '/', { authorization }, body), '123456789012', 0);
}
