import { notAcceptable } from './status.ts';

/** One representation that an answer can have. `as`, `version` and `group` are the Kubernetes parameters `as`, `v`, `g`. */
export interface Offer {
  readonly mediaType: string;
  readonly as?: 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList' | 'APIGroupDiscoveryList';
  readonly group?: string;
  readonly version?: string;
}

const json = 'application/json';

/** The object itself. */
const plain: Offer = { mediaType: json };
/** Rows and columns, as `kubectl get` prints them. */
const tables: readonly Offer[] = ['v1', 'v1beta1'].map(version => ({
  mediaType: json,
  as: 'Table',
  group: 'meta.k8s.io',
  version,
}));
/** Only the metadata of one object. */
const partialObject: Offer = {
  mediaType: json,
  as: 'PartialObjectMetadata',
  group: 'meta.k8s.io',
  version: 'v1',
};
/** Only the metadata of the objects of a list. */
const partialList: Offer = { ...partialObject, as: 'PartialObjectMetadataList' };
/** All groups, versions and resources in one answer. */
export const aggregatedDiscovery: readonly Offer[] = ['v2', 'v2beta1'].map(version => ({
  mediaType: json,
  as: 'APIGroupDiscoveryList',
  group: 'apidiscovery.k8s.io',
  version,
}));

/** What can be asked of a single object. */
export const objectOffers: readonly Offer[] = [plain, ...tables, partialObject];
/** What can be asked of a list. */
export const listOffers: readonly Offer[] = [plain, ...tables, partialList];
/** What can be asked of a watch: each event carries one object, so metadata comes as single objects. */
export const watchOffers: readonly Offer[] = [plain, ...tables, partialObject];
/** What can be asked of a watch that sends the initial state: it never comes as Tables. */
export const initialEventsOffers: readonly Offer[] = [plain, partialObject];
/** What can be asked of `/api` and `/apis`. */
export const discoveryOffers: readonly Offer[] = [plain, ...aggregatedDiscovery];

/**
 * The first entry of an Accept header that can be served, by falling quality and then in the client's order; no header
 * means the first offer. Entries for other formats (protobuf, CBOR) are passed over; nothing left is a 406.
 */
export function negotiated(accept: string | undefined, offers: readonly Offer[]): Offer {
  const entries = ranked(accept === undefined || accept.trim() === '' ? '*/*' : accept);
  for (const entry of entries) {
    const offer = offers.find(candidate => serves(candidate, entry));
    if (offer !== undefined) return offer;
  }
  throw notAcceptable([...new Set(offers.map(({ mediaType }) => mediaType))]);
}

/** The Content-Type of an answer in this representation. */
export function contentTypeOf({ as, group, mediaType, version }: Offer): string {
  // Aggregated discovery is recognised by these parameters; Tables and partial objects say in the body what they are.
  return as === 'APIGroupDiscoveryList' ? `${mediaType};g=${group};v=${version};as=${as}` : mediaType;
}

/** The `apiVersion` that the body of an answer in this representation carries. */
export function apiVersionOfOffer({ group, version }: Offer): string {
  return `${group}/${version}`;
}

/** A media type without its parameters, in lower case; empty when the header is missing. */
export function mediaTypeOf(contentType: string | undefined): string {
  return (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

interface Entry {
  readonly mediaType: string;
  readonly parameters: ReadonlyMap<string, string>;
}

function ranked(accept: string): readonly Entry[] {
  const entries = accept.split(',').map(text => entryOf(text));
  const weighed = entries.map(entry => ({ entry, quality: qualityOf(entry) }));
  return weighed
    .filter(({ quality }) => quality > 0)
    .toSorted((a, b) => b.quality - a.quality)
    .map(({ entry }) => entry);
}

function entryOf(text: string): Entry {
  const [mediaType = '', ...rest] = text.split(';').map(part => part.trim());
  const parameters = rest.map(part => {
    const [name = '', value = ''] = part.split('=', 2);
    return [name.trim().toLowerCase(), value.trim().replace(/^"(.*)"$/u, '$1')] as const;
  });
  return { mediaType: mediaType.toLowerCase(), parameters: new Map(parameters) };
}

function qualityOf({ parameters }: Entry): number {
  const text = parameters.get('q');
  if (text === undefined) return 1;
  const quality = Number(text);
  return quality >= 0 && quality <= 1 ? quality : 0;
}

function serves(offer: Offer, { mediaType, parameters }: Entry): boolean {
  if (parameters.get('as') !== offer.as) return false;
  if (offer.as !== undefined) {
    return (
      mediaType === offer.mediaType && parameters.get('g') === offer.group && parameters.get('v') === offer.version
    );
  }
  return mediaType === '*/*' || mediaType === offer.mediaType || mediaType === `${offer.mediaType.split('/', 1)[0]}/*`;
}
