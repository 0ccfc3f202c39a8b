import type { IncomingHttpHeaders } from 'node:http';
import { type Answer, type Headers, jsonAnswer } from './answer.ts';
import {
  type AggregatedVersion,
  aggregated,
  aggregatedVersions,
  coreVersions,
  groupInfo,
  groupList,
  resourceList,
  rootPaths,
} from './discovery.ts';
import { aggregatedDiscovery, contentTypeOf, discoveryOffers, negotiated } from './negotiation.ts';
import { type OpenApiDocument, openApiDocuments, openApiIndex } from './openapi.ts';
import type { ResourceType } from './resource-type.ts';
import type { ResourceRoute, Route } from './route.ts';
import { versionInfo } from './server-info.ts';
import { unknownPath } from './status.ts';

/** A route outside resources. */
type FixedRoute = Exclude<Route, ResourceRoute>;

/** What the fixed answers depend on in a request. */
export interface FixedRequest {
  readonly route: FixedRoute;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}

/** What is needed to answer them. */
export interface FixedParts {
  readonly types: readonly ResourceType[];
  readonly version: string;
  /** Why the server is not ready, or undefined when it is. */
  readonly notReady: () => string | undefined;
}

const openApiV2 = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';

/** Answers everything outside resources: version, health, discovery, OpenAPI. 404 for groups that are not served. */
export function fixedAnswers({ notReady, types, version }: FixedParts): (request: FixedRequest) => Answer {
  const documents = openApiDocuments(types, 'Batchwright', version);

  return ({ headers, query, route }) => {
    switch (route.type) {
      case 'root':
        return jsonAnswer(200, rootPaths(types));
      case 'version':
        return jsonAnswer(200, versionInfo(version));
      case 'health':
        return health(route.endpoint === 'livez' ? undefined : notReady());
      case 'core':
      case 'groups':
        return discovery(types, route.type === 'core', headers.accept);
      case 'group':
        return found(groupInfo(types, route.group));
      case 'group-version':
        return found(resourceList(types, route.group, route.version));
      case 'openapi-v2':
        return openApi2(headers.accept, version);
      case 'openapi-v3':
        return jsonAnswer(200, openApiIndex(documents));
      case 'openapi-v3-document':
        return openApi3(documents, route, query, headers);
    }
  };
}

function health(problem: string | undefined): Answer {
  const text = problem === undefined ? 'ok' : `not ready: ${problem}\n`;
  return { type: 'text', code: problem === undefined ? 200 : 503, contentType: 'text/plain; charset=utf-8', text };
}

function discovery(types: readonly ResourceType[], core: boolean, accept: string | undefined): Answer {
  const offer = negotiated(accept, discoveryOffers);
  const headers: Headers = { Vary: 'Accept' };
  if (!aggregatedDiscovery.includes(offer)) return jsonAnswer(200, core ? coreVersions : groupList(types), headers);
  const generation: AggregatedVersion = aggregatedVersions.find(known => known === offer.version) ?? 'v2';
  const text = JSON.stringify(aggregated(types, core, generation));
  return { type: 'text', code: 200, contentType: contentTypeOf(offer), text, headers };
}

function found(body: Parameters<typeof jsonAnswer>[1] | undefined): Answer {
  if (body === undefined) throw unknownPath();
  return jsonAnswer(200, body);
}

/** An empty message is valid protobuf, and all that older clients need to go on. */
function openApi2(accept: string | undefined, version: string): Answer {
  if (accept?.startsWith('application/json')) {
    return jsonAnswer(200, { swagger: '2.0', info: { title: 'Batchwright', version }, paths: {}, definitions: {} });
  }
  return { type: 'text', code: 200, contentType: openApiV2, text: '' };
}

function openApi3(
  documents: readonly OpenApiDocument[],
  { group, version }: Extract<FixedRoute, { type: 'openapi-v3-document' }>,
  query: URLSearchParams,
  headers: IncomingHttpHeaders,
): Answer {
  const path = group === '' ? `api/${version}` : `apis/${group}/${version}`;
  const document = documents.find(known => known.path === path);
  if (document === undefined) throw unknownPath();
  const tag = `"${document.hash}"`;
  const lasting: Headers =
    query.get('hash') === document.hash
      ? { 'Cache-Control': 'public, immutable', Expires: inFuture }
      : { 'Cache-Control': 'no-cache, private' };
  const all: Headers = { ...lasting, ETag: tag, Vary: 'Accept' };
  const known = headers['if-none-match'] === tag;
  return {
    type: 'text',
    code: known ? 304 : 200,
    contentType: 'application/json',
    text: known ? '' : document.text,
    headers: all,
  };
}

/** Far enough for every cache; the address changes with the content. */
const inFuture = 'Fri, 31 Dec 2099 23:59:59 GMT';
