/**
 * A deep copy of what survives the way over the wire: keys without a value vanish, dates and bytes stay.
 * Anything that could not be sent is an error.
 */
export function wire<T>(value: T): T {
  return copy(value, '$') as T;
}

function copy(value: unknown, path: string): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (value instanceof Date) return new Date(value);
  if (value instanceof Uint8Array) return Uint8Array.from(value);
  if (Array.isArray(value)) return value.map((item, index) => copy(item, `${path}[${index}]`));
  if (typeof value === 'object') return copyMembers(value, path);
  throw new TypeError(`${path}: a ${typeof value} cannot be sent to AWS`);
}

function copyMembers(value: object, path: string): unknown {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new TypeError(`${path}: an instance of ${value.constructor.name} cannot be sent to AWS`);
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined && member !== null)
      .map(([key, member]) => [key, copy(member, `${path}.${key}`)]),
  );
}
