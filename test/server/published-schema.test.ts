import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { load } from 'js-yaml';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { servedKinds } from '../../controller/commands/api.ts';
import { type Client, client } from './client.ts';
import { fuzz } from './fuzz.ts';
import { misfits, nearly, type Place, type Published, places, withValue } from './published-schema.ts';
import { examples } from './served.ts';
import { type TestServer, testServer, tokens } from './test-server.ts';

interface Example {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: unknown;
}

let server: TestServer;
let admin: Client;
let schemas: Readonly<Record<string, Published>>;
beforeAll(async () => {
  const limits = { requestsPerSecond: 1e9, requestBurst: 1e9 };
  server = await testServer({ kinds: servedKinds(() => undefined), limits });
  admin = client(server, tokens.admin);
  const { body } = await admin.get('/openapi/v3/apis/batchwright.dev/v1alpha1');
  const published: Readonly<Record<string, Published>> = body.components.schemas;
  schemas = Object.fromEntries(Object.entries(published).map(([name, schema]) => [name.split('.').at(-1), schema]));
});
afterAll(async () => {
  admin.close();
  await server.close();
  expect(server.problems).toEqual([]);
});

const plurals: Readonly<Record<string, string>> = {
  AwsAccount: 'awsaccounts',
  BatchEnvironment: 'batchenvironments',
  BatchJob: 'batchjobs',
  JobDefinition: 'jobdefinitions',
  RegistryCredential: 'registrycredentials',
};
const read = (file: string) => load(readFileSync(join(examples, file), 'utf8')) as Example;
const pathOf = ({ kind }: Example) => `/apis/batchwright.dev/v1alpha1/namespaces/default/${plurals[kind]}`;

/** Specs that differ from an example's in a place or two. */
function changed({ spec }: Example, schema: Published): fc.Arbitrary<unknown> {
  const change = fc
    .constantFrom(...places(schema))
    .chain((place: Place) => nearly(place.schema).map(value => ({ path: place.path, value })));
  return fc
    .array(change, { minLength: 1, maxLength: 2 })
    .map(changes => changes.reduce<unknown>((all, { path, value }) => withValue(all, path, value), spec));
}

it.each(readdirSync(examples))(
  'what differs a little from %s is taken only if the published schema takes it',
  async file => {
    const example = read(file);
    const specSchema = schemas[example.kind]?.properties?.['spec'] ?? {};
    const counts = { taken: 0, refused: 0, unfit: 0 };

    await fc.assert(
      fc.asyncProperty(changed(example, specSchema), async spec => {
        const { status, body } = await admin.post(`${pathOf(example)}?dryRun=All`, { ...example, spec });
        const why = misfits(specSchema, spec, 'spec');
        expect([status, status === 201 ? why : []]).toEqual([
          expect.toSatisfy((code: number) => [201, 400, 422].includes(code)),
          [],
        ]);
        // What was stored is what the schema says, too: pruned, with defaults.
        if (status === 201) expect(misfits(specSchema, body.spec, 'spec')).toEqual([]);
        if (status === 422) expect(body.details.causes[0].field).toMatch(/^(spec|metadata)/);
        counts[status === 201 ? 'taken' : 'refused'] += 1;
        if (why.length > 0) counts.unfit += 1;
      }),
      { numRuns: fuzz(400) },
    );

    expect(Math.min(...Object.values(counts)), JSON.stringify(counts)).toBeGreaterThan(5);
  },
  fuzz(120_000),
);

it.each(readdirSync(examples))(
  'patches of every type that touch %s never break the server',
  async file => {
    const example = read(file);
    const specSchema = schemas[example.kind]?.properties?.['spec'] ?? {};
    const path = `${pathOf(example)}/${example.metadata.name}`;
    expect((await admin.post(pathOf(example), example)).status).toBe(201);
    const type = fc.constantFrom('merge-patch', 'apply-patch', 'json-patch');

    await fc.assert(
      fc.asyncProperty(changed(example, specSchema), type, async (spec, how) => {
        const patch = how === 'json-patch' ? [{ op: 'replace', path: '/spec', value: spec }] : { ...example, spec };
        const query = how === 'apply-patch' ? '?fieldManager=fuzz&force=true' : '';
        const { status, body } = await admin.patch(`${path}${query}`, patch, how);
        const untyped = status === 500 && how === 'apply-patch' && body.reason === undefined;
        expect([200, 400, 422, ...(untyped ? [500] : [])]).toContain(status);
        if (status === 200) expect(misfits(specSchema, body.spec, 'spec')).toEqual([]);
      }),
      { numRuns: fuzz(150) },
    );
  },
  fuzz(120_000),
);
