import { describe, expect, it } from 'vitest';
import type { Metadata } from '../../../../controller/model/object.ts';
import {
  type MetadataRules,
  metadataChangeCauses,
  normalisedMetadata,
  validatedMetadata,
  type WritableMetadata,
} from '../../../../controller/server/kubernetes/schema/metadata.ts';
import { dnsLabel } from '../../../../controller/server/kubernetes/schema/names.ts';

const namespaced: MetadataRules = { namespaced: true };
const good: WritableMetadata = { name: 'n', namespace: 'ns' };
const owner = { apiVersion: 'v1', kind: 'K', name: 'o', uid: 'u' };

describe('normalisedMetadata', () => {
  it('drops what says nothing', () => {
    const metadata = {
      name: 'n',
      selfLink: '/x',
      creationTimestamp: null,
      labels: {},
      annotations: {},
      finalizers: [],
      ownerReferences: [],
      managedFields: [],
    };

    // An empty managedFields is a command: forget all ownership.
    expect(normalisedMetadata(metadata)).toEqual({ name: 'n', managedFields: [] });
  });

  it('answers the same reference when there is nothing to drop', () => {
    const metadata = { name: 'n', labels: { a: 'b' } };

    expect(normalisedMetadata(metadata)).toBe(metadata);
  });
});

describe('validatedMetadata', () => {
  it.each<{ name: string; metadata: WritableMetadata; rules?: MetadataRules; causes: string[] }>([
    {
      name: 'nothing in good metadata',
      metadata: {
        ...good,
        labels: { 'a.b/c': 'D' },
        annotations: { 'Example.com/X': 'anything at all' },
        finalizers: ['a.b/c'],
        ownerReferences: [{ ...owner, controller: true }, owner],
      },
      causes: [],
    },
    {
      name: 'a missing name',
      metadata: { namespace: 'ns' },
      causes: ['metadata.name: Required value: name or generateName is required'],
    },
    {
      name: 'a bad name',
      metadata: { ...good, name: 'Bad_Name' },
      causes: [
        "metadata.name: Invalid value: \"Bad_Name\": a DNS-1123 subdomain is made of lower-case letters, digits, '-' and '.', with a letter or digit at the ends of each part",
      ],
    },
    {
      name: 'a name that only this kind refuses',
      metadata: { name: 'a.b' },
      rules: { namespaced: false, name: dnsLabel },
      causes: [
        'metadata.name: Invalid value: "a.b": a DNS-1123 label is made of lower-case letters, digits and \'-\', with a letter or digit at both ends',
      ],
    },
    {
      name: 'a bad prefix',
      metadata: { ...good, generateName: 'Job-' },
      causes: [
        "metadata.generateName: Invalid value: \"Job-x\": a DNS-1123 subdomain is made of lower-case letters, digits, '-' and '.', with a letter or digit at the ends of each part",
      ],
    },
    { name: 'a prefix that ends in a dash', metadata: { ...good, generateName: 'job-' }, causes: [] },
    {
      name: 'a namespace where there are none',
      metadata: good,
      rules: { namespaced: false },
      causes: ['metadata.namespace: Forbidden: not allowed on this type'],
    },
    {
      name: 'a missing namespace',
      metadata: { name: 'n' },
      causes: ['metadata.namespace: Invalid value: "": must not be empty'],
    },
    {
      name: 'a bad label value',
      metadata: { ...good, labels: { x: 'not ok!' } },
      causes: [
        "metadata.labels: Invalid value: \"not ok!\": a label value is empty or at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends",
      ],
    },
    {
      name: 'a bad label key',
      metadata: { ...good, labels: { '/x': '' } },
      causes: ['metadata.labels: Invalid value: "/x": prefix part: must not be empty'],
    },
    {
      name: 'a bad annotation key',
      metadata: { ...good, annotations: { 'a/': '' } },
      causes: ['metadata.annotations: Invalid value: "a/": name part must not be empty'],
    },
    {
      name: 'annotations of 256 KiB and one byte',
      metadata: { ...good, annotations: { a: 'ü'.repeat(128 * 1024) } },
      causes: ['metadata.annotations: Too long: may not be more than 262144 bytes'],
    },
    {
      name: 'a bad finalizer',
      metadata: { ...good, finalizers: ['ok', ''] },
      causes: ['metadata.finalizers[1]: Invalid value: "": name part must not be empty'],
    },
    {
      name: 'an owner without uid',
      metadata: { ...good, ownerReferences: [{ ...owner, uid: '' }] },
      causes: ['metadata.ownerReferences[0].uid: Invalid value: "": must not be empty'],
    },
    {
      name: 'two controllers',
      metadata: {
        ...good,
        ownerReferences: [
          { ...owner, controller: true },
          { ...owner, uid: 'v', controller: true },
        ],
      },
      causes: [
        'metadata.ownerReferences: Invalid value: 2: only one reference can have controller set to true, found K/o and K/o',
      ],
    },
  ])('finds $name', ({ causes, metadata, rules = namespaced }) => {
    expect(validatedMetadata(metadata, rules).map(({ field, message }) => `${field}: ${message}`)).toEqual(causes);
  });
});

describe('metadataChangeCauses', () => {
  const stored: Metadata = {
    ...good,
    name: 'n',
    uid: 'u',
    resourceVersion: '1',
    generation: 1,
    creationTimestamp: '2024-01-01T00:00:00Z',
    finalizers: ['a'],
  };
  const deleting: Metadata = { ...stored, deletionTimestamp: '2024-01-01T00:00:00Z' };

  it.each<{ name: string; before: Metadata; after: WritableMetadata; causes: string[] }>([
    { name: 'nothing', before: stored, after: { ...good, finalizers: ['a', 'b'] }, causes: [] },
    { name: 'fewer finalizers', before: deleting, after: good, causes: [] },
    {
      name: 'new finalizers',
      before: deleting,
      after: { ...good, finalizers: ['a', 'x', 'y'] },
      causes: [
        'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"x", "y"}',
      ],
    },
    {
      name: 'another name and namespace',
      before: stored,
      after: { name: 'm' },
      causes: [
        'metadata.name: Invalid value: "m": field is immutable',
        'metadata.namespace: Invalid value: "": field is immutable',
      ],
    },
  ])('refuses $name', ({ after, before, causes }) => {
    expect(metadataChangeCauses(before, after).map(({ field, message }) => `${field}: ${message}`)).toEqual(causes);
  });
});
