import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { isObject } from '../../controller/model/json.ts';

/** One member of an input, without members of its own; lists are marked, as in `volumes[].host.sourcePath`. */
export interface InputField {
  readonly path: string;
  /** The values that are named, where only some are taken. */
  readonly values?: readonly string[];
}

const models = '../../node_modules/@aws-sdk/client-batch/dist-types/models/';

type Members = ReadonlyMap<string, string>;

async function declarations(file: string): Promise<string> {
  const text = await readFile(fileURLToPath(new URL(`${models}${file}`, import.meta.url)), 'utf8');
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '');
}

function interfaces(text: string): ReadonlyMap<string, Members> {
  const found = [...text.matchAll(/export interface (\w+) \{\n([\s\S]*?)^\}/gm)];
  return new Map(
    found.map(([, name = '', body = '']) => {
      const members = [...body.matchAll(/^\s*(\w+)\??: (.+);$/gm)];
      return [name, new Map(members.map(([, member = '', type = '']) => [member, type]))];
    }),
  );
}

function enums(text: string): ReadonlyMap<string, readonly string[]> {
  const found = [...text.matchAll(/export declare const (\w+): \{\n([\s\S]*?)\n\};/g)];
  return new Map(
    found.map(([, name = '', body = '']) => [name, [...body.matchAll(/: "([^"]*)";/g)].map(([, value = '']) => value)]),
  );
}

/** Every field of an input of the installed AWS Batch client, in the order of its type declarations. */
export async function sdkFields(input: string): Promise<readonly InputField[]> {
  const shapes = interfaces(await declarations('models_0.d.ts'));
  const values = enums(await declarations('enums.d.ts'));
  const fields = (name: string, prefix: string): readonly InputField[] => {
    const members = shapes.get(name);
    if (!members) throw new Error(`no interface ${name} in the type declarations of the AWS Batch client`);
    return [...members].flatMap(([member, type]) => {
      const [, one = '', list = ''] = /^(\w+)(\[\])? \| undefined$/.exec(type) ?? [];
      const path = `${prefix}${member}${list}`;
      if (shapes.has(one)) return fields(one, `${path}.`);
      const named = values.get(one);
      return [named ? { path, values: named } : { path }];
    });
  };
  return fields(input, '');
}

/** The values that AWS names and a schema that has the field does not take; `also`: values that are not meant to be, by path. */
export function untaken(
  fields: readonly InputField[],
  ours: readonly InputField[],
  also: Readonly<Record<string, readonly string[]>> = {},
): readonly string[] {
  return fields.flatMap(({ path, values = [] }) => {
    const taken = ours.find(field => field.path === path)?.values;
    const known = [...(taken ?? values), ...(also[path] ?? [])];
    return values.filter(value => !known.includes(value)).map(value => `${path}: ${value}`);
  });
}

/** Every field that a schema takes, in the same form. */
export function schemaFields(schema: z.ZodType): readonly InputField[] {
  return jsonSchemaFields(z.toJSONSchema(schema, { io: 'input', reused: 'inline' }), '');
}

function jsonSchemaFields(schema: unknown, path: string): readonly InputField[] {
  if (!isObject(schema)) return [];
  const { properties, items, enum: values } = schema;
  if (isObject(properties))
    return Object.entries(properties).flatMap(([member, value]) =>
      jsonSchemaFields(value, path === '' ? member : `${path}.${member}`),
    );
  if (isObject(items)) return jsonSchemaFields(items, `${path}[]`);
  return [Array.isArray(values) ? { path, values: values.map(String) } : { path }];
}
