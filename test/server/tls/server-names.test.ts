import { expect, it } from 'vitest';
import { addressBytes, serverNames } from '../../../controller/server/tls/server-names.ts';

const loopback = ['localhost', '127.0.0.1', '::1'];

it.each<{ name: string; hostname: string; configured?: string[]; names: string[] }>([
  { name: 'the machine', hostname: 'Build-1', names: [...loopback, 'build-1'] },
  { name: 'a host name that no certificate can carry', hostname: 'my host', names: loopback },
  {
    name: 'configured names, each once',
    hostname: 'localhost',
    configured: ['api.example.com', 'API.example.com', '10.0.0.1', 'fd00::1', '*.example.com'],
    names: [...loopback, 'api.example.com', '10.0.0.1', 'fd00::1', '*.example.com'],
  },
])('names $name', ({ configured, hostname, names }) => {
  expect(serverNames(hostname, configured)).toEqual(names);
});

it.each(['', 'a b', 'https://x', 'a..b', '-a', 'fe80::1%eth0', 'x'.repeat(64), '10.0.0.1/8'])('refuses %j', name => {
  expect(() => serverNames('localhost', [name])).toThrow('cannot stand in a TLS certificate');
});

it.each([
  ['127.0.0.1', '7f000001'],
  ['::1', '00000000000000000000000000000001'],
  ['::', '00000000000000000000000000000000'],
  ['fd00::', 'fd000000000000000000000000000000'],
  ['2001:db8:1:2:3:4:5:6', '20010db8000100020003000400050006'],
  ['::ffff:10.1.2.3', '00000000000000000000ffff0a010203'],
])('writes %s as bytes', (address, hex) => {
  expect(Buffer.from(addressBytes(address)).toString('hex')).toBe(hex);
});
