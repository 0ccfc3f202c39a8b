import { contentHash } from './json.ts';

/** Parts joined by `-`, shortened with a content hash where the service's limit demands it: same parts, same name. */
export function awsName(parts: readonly string[], maxLength: number): string {
  const name = parts.join('-').replaceAll(/[^A-Za-z0-9_-]/g, '-');
  if (name.length <= maxLength) return name;
  const hash = contentHash(parts, 8);
  return `${name.slice(0, maxLength - 1 - hash.length)}-${hash}`;
}
