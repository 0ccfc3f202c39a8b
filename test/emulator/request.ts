import * as batch from '@aws-sdk/client-batch';

/** What the services here speak: JSON, or form-encoded requests with XML answers. */
type Protocol = 'json' | 'query';

/** One AWS request as it came in, identified by its credential scope and its protocol's way to name an operation. */
export interface AwsRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly protocol: Protocol;
  readonly service: string;
  readonly region: string;
  readonly operation: string;
  readonly accessKeyId: string;
  /** The parameters: the parsed JSON body, or the flat form fields. */
  readonly input: Readonly<Record<string, unknown>>;
}

/** One answer on the wire. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const READS = /^(Describe|List|Get|BatchGet|Simulate|Validate|Decode|AssumeRole)/;
const TAG_OPERATIONS: Readonly<Record<string, string>> = {
  GET: 'ListTagsForResource',
  POST: 'TagResource',
  DELETE: 'UntagResource',
};

/** Batch's paths carry operation names in lower case; the SDK's commands know the real ones. */
const BATCH_OPERATIONS = new Map(
  Object.keys(batch)
    .filter(name => name.endsWith('Command'))
    .map(name => name.slice(0, -'Command'.length))
    .map(name => [name.toLowerCase(), name]),
);

/** Whether an operation can change something. */
export function isMutating(operation: string): boolean {
  return !READS.test(operation);
}

/** The request's service, region, operation and parameters. A request without a credential scope has empty ones. */
export function identified(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): AwsRequest {
  const scope = /Credential=([^/\s]+)\/[^/]+\/([^/]+)\/([^/]+)\/aws4_request/.exec(headers['authorization'] ?? '');
  const [accessKeyId = '', region = '', service = ''] = scope?.slice(1) ?? [];
  const target = headers['x-amz-target'];
  const protocol = target !== undefined || service === 'batch' ? 'json' : 'query';
  const input = protocol === 'json' ? parsedJson(body) : Object.fromEntries(new URLSearchParams(body));
  const named = target === undefined ? undefined : target.slice(target.lastIndexOf('.') + 1);
  const operation = named ?? (service === 'batch' ? batchOperation(method, path) : String(input['Action'] ?? ''));
  return { method, path, headers, body, protocol, service, region, operation, accessKeyId, input };
}

/** A copy of the request with changed parameters, in the encoding of its protocol. */
export function withInput(request: AwsRequest, changes: Readonly<Record<string, unknown>>): AwsRequest {
  const entries = Object.entries({ ...request.input, ...changes }).filter(([, value]) => value !== undefined);
  const input = Object.fromEntries(entries);
  const form = () =>
    new URLSearchParams(Object.fromEntries(entries.map(([key, value]) => [key, String(value)]))).toString();
  return { ...request, input, body: request.protocol === 'json' ? JSON.stringify(input) : form() };
}

/** The object that an answer carries as JSON, empty for everything else. */
export function parsedJson(body: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? { ...parsed } : {};
  } catch {
    return {};
  }
}

function batchOperation(method: string, path: string): string {
  const segment = new URL(path, 'http://localhost').pathname.split('/')[2] ?? '';
  return segment === 'tags' ? (TAG_OPERATIONS[method] ?? segment) : (BATCH_OPERATIONS.get(segment) ?? segment);
}
