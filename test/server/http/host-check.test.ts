import { describe, expect, it } from 'vitest';
import { hostCheck, hostName } from '../../../controller/server/http/host-check.ts';

describe('host name of a Host header', () => {
  it.each([
    { header: 'localhost', name: 'localhost' },
    { header: 'LocalHost:6480', name: 'localhost' },
    { header: '127.0.0.1:6480', name: '127.0.0.1' },
    { header: '[::1]:6480', name: '::1' },
    { header: '::1', name: undefined },
    { header: 'a b', name: undefined },
    { header: 'host/path', name: undefined },
    { header: 'user@host', name: undefined },
    { header: '', name: undefined },
  ])('$header', ({ header, name }) => {
    expect(hostName(header)).toBe(name);
  });
});

describe('host check', () => {
  const check = hostCheck(['localhost', '127.0.0.1', '::1']);

  it.each([
    { name: 'a known name passes', host: 'localhost:6480', origin: undefined, passes: true },
    { name: 'a known address passes', host: '[::1]:6480', origin: undefined, passes: true },
    { name: 'its own origin passes', host: 'localhost:6480', origin: 'https://localhost:6480', passes: true },
    { name: 'another name is refused', host: 'evil.example', origin: undefined, passes: false },
    {
      name: 'a name that starts like a known one is refused',
      host: 'localhost.evil.example',
      origin: undefined,
      passes: false,
    },
    { name: 'a missing header is refused', host: undefined, origin: undefined, passes: false },
    { name: 'another origin is refused', host: 'localhost:6480', origin: 'https://evil.example', passes: false },
    {
      name: 'the same name without TLS is refused',
      host: 'localhost:6480',
      origin: 'http://localhost:6480',
      passes: false,
    },
    { name: 'another port is another origin', host: 'localhost:6480', origin: 'https://localhost:1', passes: false },
    { name: 'the null origin is refused', host: 'localhost:6480', origin: 'null', passes: false },
  ])('$name', ({ host, origin, passes }) => {
    expect(check(host, origin) === undefined).toBe(passes);
  });
});
