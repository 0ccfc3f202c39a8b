import { describe, expect, it } from 'vitest';
import { credentialsFor, misdirectedImages } from '../../controller/registry/credential-match.ts';
import { imageReference } from '../../controller/registry/image-reference.ts';

const credentials = [
  { name: 'hub', scopes: [{ host: 'docker.io', namespace: '' }] },
  { name: 'org', scopes: [{ host: 'docker.io', namespace: 'org' }] },
  { name: 'ghcr', scopes: [{ host: 'ghcr.io', namespace: '' }] },
  {
    name: 'team',
    scopes: [
      { host: 'ghcr.io', namespace: 'team' },
      { host: 'reg.io:5000', namespace: '' },
    ],
  },
  { name: 'app', scopes: [{ host: 'ghcr.io', namespace: 'team/app' }] },
  { name: 'twin-1', scopes: [{ host: 'twin.io', namespace: 'x' }] },
  { name: 'twin-2', scopes: [{ host: 'twin.io', namespace: 'x' }] },
  { name: 'ecr', scopes: [{ host: 'public.ecr.aws', namespace: '' }] },
];

describe('credentialsFor', () => {
  it.each([
    ['nginx', ['hub']],
    ['org/img:1', ['org']],
    ['organic/img', ['hub']],
    ['registry-1.docker.io/org/img', ['org']],
    ['ghcr.io/x', ['ghcr']],
    ['ghcr.io/teams/x', ['ghcr']],
    ['ghcr.io/team/x', ['team']],
    ['ghcr.io/team:1', ['team']],
    ['ghcr.io/team/app:1', ['app']],
    ['ghcr.io/team/app/x:1', ['app']],
    ['ghcr.io/team/apple:1', ['team']],
    ['reg.io:5000/a', ['team']],
    ['reg.io/a', []],
    ['twin.io/x/y', ['twin-1', 'twin-2']],
    ['public.ecr.aws/docker/library/nginx', []],
  ])('%s is served by %j', (text, want) => {
    const image = imageReference(text);

    expect(image.ok && credentialsFor(image.value, credentials).map(each => each.name)).toEqual(want);
  });
});

describe('misdirectedImages', () => {
  const gitlab = [
    { name: 'one', scopes: [{ host: 'registry.gitlab.com', namespace: 'g/one' }] },
    { name: 'two', scopes: [{ host: 'registry.gitlab.com', namespace: 'g/two' }] },
  ];

  it('is silent when the agent does what is meant', () => {
    const images = [
      'registry.gitlab.com/g/one:1',
      'registry.gitlab.com/g/two:1',
      'registry.gitlab.com/g/two/sub',
      'nginx',
    ];

    expect(misdirectedImages(images, gitlab)).toEqual([]);
  });

  it.each([
    {
      name: 'the image is a namespace itself and has neither tag nor digest',
      images: ['registry.gitlab.com/g/two'],
      credentials: gitlab,
      want: /credential "two" is meant for it, but the ECS agent would use "one"; write a tag or a digest/,
    },
    {
      name: 'the set itself cannot work',
      images: ['org/img'],
      credentials: credentials.slice(0, 2),
      want: /credential "org" is meant for it, but the ECS agent would pull it anonymously/,
    },
    { name: 'two serve it', images: ['twin.io/x/y'], credentials, want: /credentials twin-1, twin-2 serve it equally/ },
    {
      name: 'the image cannot be read',
      images: ['REG.io/x'],
      credentials,
      want: /image "REG.io\/x": host "REG.io" must be/,
    },
  ])('speaks up when $name', ({ images, credentials: given, want }) => {
    expect(misdirectedImages(images, given)).toEqual([expect.stringMatching(want)]);
  });
});
