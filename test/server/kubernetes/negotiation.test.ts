import { describe, expect, it } from 'vitest';
import {
  apiVersionOfOffer,
  contentTypeOf,
  discoveryOffers,
  initialEventsOffers,
  listOffers,
  mediaTypeOf,
  negotiated,
  type Offer,
  objectOffers,
} from '../../../controller/server/kubernetes/negotiation.ts';

const kubectlGet =
  'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json';
const kubectlDiscovery =
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json';
const shown = ({ as, mediaType, version }: Offer): string => [as, version].filter(Boolean).join(' ') || mediaType;

describe('negotiated', () => {
  it.each<{ name: string; accept: string | undefined; offers: readonly Offer[]; chosen: string }>([
    { name: 'no header', accept: undefined, offers: listOffers, chosen: 'application/json' },
    { name: 'an empty header', accept: ' ', offers: listOffers, chosen: 'application/json' },
    { name: 'anything', accept: '*/*', offers: listOffers, chosen: 'application/json' },
    { name: 'anything of a family', accept: 'application/*', offers: listOffers, chosen: 'application/json' },
    { name: 'kubectl get', accept: kubectlGet, offers: listOffers, chosen: 'Table v1' },
    {
      name: 'kubectl get when Tables are not offered',
      accept: kubectlGet,
      offers: initialEventsOffers,
      chosen: 'application/json',
    },
    {
      name: 'only the old Table',
      accept: 'application/json;as=Table;g=meta.k8s.io;v=v1beta1',
      offers: listOffers,
      chosen: 'Table v1beta1',
    },
    {
      name: 'a Table of an unknown version',
      accept: 'application/json;as=Table;g=meta.k8s.io;v=v9, application/json',
      offers: listOffers,
      chosen: 'application/json',
    },
    {
      name: 'metadata of a list',
      accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1',
      offers: listOffers,
      chosen: 'PartialObjectMetadataList v1',
    },
    {
      name: 'metadata of an object',
      accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
      offers: objectOffers,
      chosen: 'PartialObjectMetadata v1',
    },
    { name: 'discovery', accept: kubectlDiscovery, offers: discoveryOffers, chosen: 'APIGroupDiscoveryList v2' },
    {
      name: 'protobuf first',
      accept: 'application/vnd.kubernetes.protobuf, application/cbor, application/json',
      offers: listOffers,
      chosen: 'application/json',
    },
    {
      name: 'a protobuf Table first',
      accept:
        'application/vnd.kubernetes.protobuf;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1;g=meta.k8s.io',
      offers: listOffers,
      chosen: 'Table v1',
    },
    {
      name: 'qualities',
      accept: 'application/json;q=0.5, application/json;as=Table;v=v1;g=meta.k8s.io;q=0.9',
      offers: listOffers,
      chosen: 'Table v1',
    },
    {
      name: 'the order among equals',
      accept: 'application/json, application/json;as=Table;v=v1;g=meta.k8s.io',
      offers: listOffers,
      chosen: 'application/json',
    },
    {
      name: 'other parameters and case',
      accept: 'Application/JSON; charset="utf-8"; stream=watch',
      offers: listOffers,
      chosen: 'application/json',
    },
  ])('serves $name', ({ accept, chosen, offers }) => {
    expect(shown(negotiated(accept, offers))).toBe(chosen);
  });

  it.each([
    'application/yaml',
    'application/json;q=0',
    'text/*',
    'application/json;as=Table;v=v9;g=meta.k8s.io',
    'application/json;q=x',
  ])('refuses %s', accept => {
    expect(() => negotiated(accept, listOffers)).toThrow(
      expect.objectContaining({
        reason: 'NotAcceptable',
        message: 'only the following media types are accepted: application/json',
      }),
    );
  });
});

it('labels the answer', () => {
  expect(contentTypeOf(negotiated(kubectlDiscovery, discoveryOffers))).toBe(
    'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
  );
  expect(contentTypeOf(negotiated(kubectlGet, listOffers))).toBe('application/json');
  expect(apiVersionOfOffer(negotiated(kubectlGet, listOffers))).toBe('meta.k8s.io/v1');
});

it.each([
  [undefined, ''],
  ['', ''],
  ['Application/JSON; charset=utf-8', 'application/json'],
  ['application/apply-patch+yaml', 'application/apply-patch+yaml'],
])('reads the media type of %j', (header, mediaType) => {
  expect(mediaTypeOf(header)).toBe(mediaType);
});
