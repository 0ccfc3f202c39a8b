/** What a URL path stands for. */
export type Route =
  | { readonly type: 'root' | 'version' | 'core' | 'groups' | 'openapi-v2' | 'openapi-v3' }
  | { readonly type: 'health'; readonly endpoint: 'healthz' | 'livez' | 'readyz' }
  | { readonly type: 'openapi-v3-document'; readonly group: string; readonly version: string }
  | { readonly type: 'group'; readonly group: string }
  | { readonly type: 'group-version'; readonly group: string; readonly version: string }
  | ResourceRoute;

/** The path of a resource, an object or a subresource. Empty parts are absent. */
export interface ResourceRoute {
  readonly type: 'resource';
  readonly group: string;
  readonly version: string;
  readonly namespace: string;
  readonly resource: string;
  readonly name: string;
  readonly subresource: string;
}

const plain: ReadonlyMap<string, Route> = new Map<string, Route>([
  ['', { type: 'root' }],
  ['version', { type: 'version' }],
  ['api', { type: 'core' }],
  ['apis', { type: 'groups' }],
  ['openapi/v2', { type: 'openapi-v2' }],
  ['openapi/v3', { type: 'openapi-v3' }],
]);

/** The route of a URL path without its query; undefined when nothing can live there. */
export function routeOf(path: string): Route | undefined {
  const parts = decoded(path);
  if (parts === undefined) return undefined;
  const known = plain.get(parts.join('/'));
  if (known !== undefined) return known;
  const [first = '', second = '', third = '', ...rest] = parts;
  if (first === 'healthz' || first === 'livez' || first === 'readyz') return { type: 'health', endpoint: first };
  if (first === 'openapi') return second === 'v3' ? openapi(third, rest) : undefined;
  if (first === 'api')
    return inVersion(
      '',
      second,
      [third, ...rest].filter(part => part !== ''),
    );
  if (first !== 'apis') return undefined;
  return third === '' ? { type: 'group', group: second } : inVersion(second, third, rest);
}

function decoded(path: string): readonly string[] | undefined {
  if (!path.startsWith('/')) return undefined;
  try {
    const parts = path.split('/').slice(1).map(decodeURIComponent);
    if (parts.at(-1) === '') parts.pop();
    return parts.every(part => part !== '' && !/[/\0]/.test(part)) ? parts : undefined;
  } catch {
    return undefined;
  }
}

function openapi(kind: string, rest: readonly string[]): Route | undefined {
  const [first = '', second = '', ...more] = rest;
  if (more.length > 0 || first === '') return undefined;
  if (kind === 'api' && second === '') return { type: 'openapi-v3-document', group: '', version: first };
  return kind === 'apis' && second !== '' ? { type: 'openapi-v3-document', group: first, version: second } : undefined;
}

function inVersion(group: string, version: string, parts: readonly string[]): Route | undefined {
  if (parts.length === 0) return { type: 'group-version', group, version };
  const [first = '', second = '', third = '', ...rest] = parts;
  const inNamespace =
    first === 'namespaces' && second !== '' && third !== '' && !(group === '' && isSubresource(parts));
  if (!inNamespace) {
    return parts.length > 3 ? undefined : resource(group, version, '', [first, second, third]);
  }
  return rest.length > 2 ? undefined : resource(group, version, second, [third, ...rest]);
}

function isSubresource(parts: readonly string[]): boolean {
  return parts.length === 3 && (parts[2] === 'status' || parts[2] === 'finalize');
}

function resource(group: string, version: string, namespace: string, parts: readonly string[]): ResourceRoute {
  const [plural = '', name = '', subresource = ''] = parts;
  return { type: 'resource', group, version, namespace, resource: plural, name, subresource };
}
