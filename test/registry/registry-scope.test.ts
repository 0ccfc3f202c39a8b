import { describe, expect, it } from 'vitest';
import { registryScope, scopeText } from '../../controller/registry/registry-scope.ts';

describe('registryScope', () => {
  it.each([
    ['https://index.docker.io/v1/', 'docker.io', ''],
    ['https://index.docker.io/v1', 'docker.io', ''],
    ['http://INDEX.docker.io/v2/', 'docker.io', ''],
    ['index.docker.io', 'docker.io', ''],
    ['docker.io', 'docker.io', ''],
    ['docker.io/org', 'docker.io', 'org'],
    ['registry-1.docker.io', 'docker.io', ''],
    ['https://hub.docker.com/', 'docker.io', ''],
    ['ghcr.io', 'ghcr.io', ''],
    ['HTTPS://GHCR.io/', 'ghcr.io', ''],
    ['https://ghcr.io/v1/', 'ghcr.io', ''],
    ['ghcr.io/org/', 'ghcr.io', 'org'],
    ['registry.gitlab.com/group/project', 'registry.gitlab.com', 'group/project'],
    ['reg.io:5000', 'reg.io:5000', ''],
    ['myhost:5000/team', 'myhost:5000', 'team'],
    ['localhost', 'localhost', ''],
    ['reg.io/v3', 'reg.io', 'v3'],
  ])('%s', (text, host, namespace) => {
    expect(registryScope(text)).toEqual({ ok: true, value: { host, namespace } });
  });

  it.each([
    ['', /a registry is needed/],
    ['ghcr.io ', /spaces/],
    ['ghcr.io\n', /control characters/],
    ['ftp://ghcr.io', /scheme ftp is not http or https/],
    ['myhost', /for a Docker Hub namespace write docker.io\/myhost/],
    ['myhost/team', /"myhost" is not a registry host/],
    ['https://user:hunter2@ghcr.io', /may not contain "@"/],
    ['ghcr.io?x=1', /may not contain "\?" or "#"/],
    ['ghcr.io/Org', /"Org" has upper-case letters/],
    ['ghcr.io/org/img:1', /"img:1" is not a repository name component/],
    ['ghcr.io//org', /empty component/],
    ['ghcr.io:99999', /port 99999/],
    ['{"ghcr.io"', /is not a host name/],
    ['https://', /is not a registry host/],
  ])('"%s" is refused', (text, problem) => {
    expect(registryScope(text)).toEqual({ ok: false, problem: expect.stringMatching(problem) });
  });

  it('does not quote a login that was pasted into a registry', () => {
    expect(JSON.stringify(registryScope('https://user:hunter2@ghcr.io'))).not.toContain('hunter2');
  });
});

describe('scopeText', () => {
  it.each([
    [{ host: 'ghcr.io', namespace: '' }, 'ghcr.io'],
    [{ host: 'ghcr.io', namespace: 'a/b' }, 'ghcr.io/a/b'],
  ])('%o', (scope, want) => {
    expect(scopeText(scope)).toBe(want);
  });
});
