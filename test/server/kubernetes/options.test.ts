import { describe, expect, it } from 'vitest';
import { listQuery, writeQuery } from '../../../controller/server/kubernetes/options.ts';
import { ApiError } from '../../../controller/server/kubernetes/status.ts';

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof ApiError) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'accepted';
}

describe('options of a write', () => {
  it.each([
    { query: '', options: { dryRun: false, fieldManager: '', fieldValidation: 'Warn', force: false } },
    {
      query: 'dryRun=All&fieldManager=kubectl&fieldValidation=Strict',
      options: { dryRun: true, fieldManager: 'kubectl', fieldValidation: 'Strict', force: false },
    },
  ])('$query', ({ query, options }) => {
    expect(writeQuery(new URLSearchParams(query), 'CreateOptions')).toEqual(options);
  });

  it('take force in a server-side apply', () => {
    const query = new URLSearchParams('force=true&fieldManager=me');
    expect(writeQuery(query, 'PatchOptions', true)).toMatchObject({ force: true, fieldManager: 'me' });
  });

  it.each([
    {
      query: 'dryRun=Some',
      apply: false,
      says: '422 PatchOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: "Some"',
    },
    {
      query: 'fieldValidation=Loose',
      apply: false,
      says: '422 PatchOptions.meta.k8s.io "" is invalid: fieldValidation: Unsupported value',
    },
    {
      query: `fieldManager=${'x'.repeat(129)}`,
      apply: false,
      says: '422 PatchOptions.meta.k8s.io "" is invalid: fieldManager: Too long',
    },
    { query: 'fieldManager=a%00b', apply: false, says: 'must be printable' },
    { query: 'force=true', apply: false, says: 'may not be specified for non-apply patch' },
    { query: 'force=true', apply: true, says: 'fieldManager: Required value: is required for apply patch' },
    { query: 'force=perhaps&fieldManager=a', apply: true, says: '400 force: Invalid value: "perhaps"' },
  ])('refuse $query (apply: $apply)', ({ apply, query, says }) => {
    expect(refusal(() => writeQuery(new URLSearchParams(query), 'PatchOptions', apply))).toContain(says);
  });
});

describe('options of a list', () => {
  it('read everything that clients send', () => {
    const query =
      'labelSelector=a%3Db&fieldSelector=metadata.name%3Dx&limit=500&continue=t&resourceVersion=7&watch=1&timeoutSeconds=300&allowWatchBookmarks=true';
    expect(listQuery(new URLSearchParams(query))).toEqual({
      labelSelector: 'a=b',
      fieldSelector: 'metadata.name=x',
      limit: 500,
      continueToken: 't',
      resourceVersion: '7',
      resourceVersionMatch: '',
      watch: true,
      timeoutSeconds: 300,
      allowWatchBookmarks: true,
      sendInitialEvents: false,
    });
  });

  it.each([
    'watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan',
    'watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&resourceVersion=0',
    'resourceVersion=5&resourceVersionMatch=Exact',
    'resourceVersion=0&resourceVersionMatch=NotOlderThan',
    'watch=false',
    'timeout=32s&unknown=1',
  ])('accept %s', query => {
    expect(refusal(() => listQuery(new URLSearchParams(query)))).toBe('accepted');
  });

  it.each([
    {
      query: 'sendInitialEvents=true',
      says: '422 ListOptions.meta.k8s.io "" is invalid: sendInitialEvents: Forbidden',
    },
    {
      query: 'watch=true&sendInitialEvents=true',
      says: 'resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch',
    },
    {
      query: 'watch=true&sendInitialEvents=true&resourceVersionMatch=Exact&resourceVersion=1',
      says: 'Unsupported value: "Exact"',
    },
    {
      query: 'watch=true&resourceVersionMatch=NotOlderThan&resourceVersion=1',
      says: 'unless sendInitialEvents is provided',
    },
    { query: 'resourceVersionMatch=Exact', says: 'is forbidden unless resourceVersion is provided' },
    { query: 'resourceVersionMatch=Exact&resourceVersion=0', says: 'Exact is forbidden for resourceVersion 0' },
    { query: 'resourceVersionMatch=Newest&resourceVersion=1', says: 'Unsupported value: "Newest"' },
    {
      query: 'continue=t&resourceVersionMatch=NotOlderThan&resourceVersion=1',
      says: 'is forbidden when continue is provided',
    },
    { query: 'resourceVersion=-1', says: '400 resourceVersion: Invalid value: "-1"' },
    { query: 'resourceVersion=07', says: '400 resourceVersion' },
    { query: 'limit=-1', says: '400 limit: Invalid value: "-1"' },
    { query: 'limit=lots', says: '400 limit' },
    { query: 'timeoutSeconds=1e9', says: '400 timeoutSeconds' },
    { query: 'watch=maybe', says: '400 watch' },
  ])('refuse $query', ({ query, says }) => {
    expect(refusal(() => listQuery(new URLSearchParams(query)))).toContain(says);
  });
});
