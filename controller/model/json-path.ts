import { isObject } from './json.ts';

type Scalar = string | number | boolean;

const step = /^(?:\.([A-Za-z][\w-]*)|\[\*\]|\[\?\(@\.([A-Za-z]\w*)=="([^"]*)"\)\])/;

/**
 * The scalars at a JSONPath of the kind that printer columns use: members (`.a.b`), every item (`[*]`), and the items
 * with a member of a given text (`[?(@.type=="Ready")]`). Throws on any other path: columns are code, not input.
 */
export function scalarsAt(value: unknown, path: string): readonly Scalar[] {
  if (path === '')
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? [value] : [];
  const found = step.exec(path);
  if (!found) throw new Error(`not a column path: ${path}`);
  const [text, member, key, wanted] = found;
  const rest = path.slice(text.length);
  if (member !== undefined)
    return isObject(value) && Object.hasOwn(value, member) ? scalarsAt(value[member], rest) : [];
  const items = Array.isArray(value) ? value : [];
  const kept = key === undefined ? items : items.filter(item => isObject(item) && item[key] === wanted);
  return kept.flatMap(item => scalarsAt(item, rest));
}
