import { isObject } from './json.ts';

type Scalar = string | number | boolean | bigint | symbol | null | undefined | Date | Uint8Array | readonly unknown[];
type Shallower = [never, 0, 1, 2, 3, 4];

/** Dotted path to a member of T, four levels deep at most; a misspelt path is a compile error on its row. */
export type Path<T, Depth extends number = 4> = [Depth] extends [never]
  ? never
  : T extends Scalar
    ? never
    : string extends keyof T
      ? string
      : {
          [K in keyof T & string]:
            | K
            | (NonNullable<T[K]> extends Scalar
                ? never
                : string extends keyof NonNullable<T[K]>
                  ? never
                  : `${K}.${Path<NonNullable<T[K]>, Shallower[Depth]>}`);
        }[keyof T & string];

/** The value at a dotted path, undefined where anything on the way is absent. */
export function valueAt(value: unknown, path: string): unknown {
  let here = value;
  for (const member of path.split('.')) {
    if (!isObject(here) || !Object.hasOwn(here, member)) return undefined;
    here = here[member];
  }
  return here;
}
