import type { Filter, Tag } from '@aws-sdk/client-ec2';
import { page } from '../page.ts';
import type { World } from '../world.ts';
import { ec2Error } from './errors.ts';

/** What a filter may look at, by the filter's name; `undefined` where the service does not know the filter. */
export type Filterable = (name: string) => readonly string[] | undefined;

/** Whether all filters let it pass: any of a filter's values is enough, `*` and `?` stand for anything. */
export function passesFilters(filters: readonly Filter[] | undefined, filterable: Filterable): boolean {
  return (filters ?? []).every(({ Name = '', Values = [] }) => {
    const texts = filterable(Name);
    if (texts === undefined) throw ec2Error('InvalidParameterValue', `The filter '${Name}' is invalid`);
    const patterns = Values.map(pattern);
    return texts.some(text => patterns.some(one => one.test(text)));
  });
}

function pattern(value: string): RegExp {
  const escaped = value.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
}

/** The filters that look at tags. */
export function tagFilter(tags: Readonly<Record<string, string>>, name: string): readonly string[] | undefined {
  if (name === 'tag-key') return Object.keys(tags);
  if (!name.startsWith('tag:')) return undefined;
  const value = tags[name.slice('tag:'.length)];
  return value === undefined ? [] : [value];
}

/** Tags as EC2 lists them. */
export function tagList(tags: Readonly<Record<string, string>>): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** One page of a list of EC2. */
export function ec2Page<T>(
  world: World,
  operation: string,
  items: readonly T[],
  keyOf: (item: T) => string,
  { MaxResults, NextToken }: { readonly MaxResults?: number | undefined; readonly NextToken?: string | undefined },
  limit = 200,
): { items: T[]; nextToken: string | undefined } {
  if (MaxResults !== undefined && (MaxResults < 1 || MaxResults > limit)) {
    throw ec2Error('InvalidParameterValue', `Value ( ${MaxResults} ) for parameter MaxResults is invalid.`);
  }
  const cut = page(items, keyOf, world.pages(operation, MaxResults, limit), NextToken);
  if (cut === undefined) throw ec2Error('InvalidNextToken', 'The token is not valid.');
  return { items: [...cut.items], nextToken: cut.nextToken };
}
