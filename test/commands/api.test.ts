import { expect, it } from 'vitest';
import { apiAddress, defaultApi, reachable, requestLimits, servedKinds } from '../../controller/commands/api.ts';

it.each([
  { at: defaultApi, host: '127.0.0.1', port: 6480 },
  { at: ':7000', host: '127.0.0.1', port: 7000 },
  { at: '0.0.0.0:7000', host: '0.0.0.0', port: 7000 },
  { at: '[::1]:0', host: '::1', port: 0 },
])('$at is $host, port $port', ({ at, host, port }) => {
  expect(apiAddress(at)).toEqual({ host, port });
});

it.each([
  { host: '127.0.0.1', hosts: [], server: 'https://127.0.0.1:1' },
  { host: '0.0.0.0', hosts: [], server: 'https://127.0.0.1:1' },
  { host: '::1', hosts: [], server: 'https://[::1]:1' },
  { host: '0.0.0.0', hosts: ['batch.example', 'b'], server: 'https://batch.example:1' },
])('clients of $host reach it at $server', ({ host, hosts, server }) => {
  expect(reachable('data', host, 1, hosts)).toMatchObject({ server, hosts });
});

it('serves every kind under a short name of its own', () => {
  const names = servedKinds(() => undefined).flatMap(({ shortNames }) => shortNames);
  expect(names.toSorted()).toEqual(['awsa', 'benv', 'bjob', 'jdef', 'rcred']);
});

it('limits how often one user may ask', () => {
  const limits = requestLimits({ 'requests-per-second': '50', 'request-burst': '100' });
  expect(limits).toEqual({ requestsPerSecond: 50, requestBurst: 100 });
  expect(requestLimits({})).toEqual({});
  expect(() => requestLimits({ 'request-burst': '0' })).toThrow('--request-burst: 0 is not a whole number');
});
