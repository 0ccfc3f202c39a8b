import { describe, expect, it } from 'vitest';
import { parseManifests } from '../../controller/sources/yaml-documents.ts';
import { describeProblem } from '../../controller/sources/yaml-problem.ts';
import type { StructuralSchema } from '../../controller/sources/yaml-schema.ts';
import { typed } from '../../controller/sources/yaml-typed.ts';

const text: StructuralSchema = { type: 'string' };

function read(yaml: string, schema: StructuralSchema) {
  const { documents, problems } = parseManifests(yaml, 'f.yaml');
  expect(problems).toEqual([]);
  const [document] = documents;
  if (document === undefined) throw new Error('the test has no document');
  const { value, problems: found } = typed(document, schema);
  return { value: JSON.parse(JSON.stringify(value)), problems: found.map(describeProblem) };
}

function of(schema: StructuralSchema): StructuralSchema {
  return { type: 'object', properties: { a: schema } };
}

describe('typed', () => {
  it.each([
    {
      name: 'a string',
      schema: text,
      yaml: ['hello', '"012345678901"', "'yes'", '|-\n  1', '"1.10"', '1.2.3', 'eu-west-1'],
      want: ['hello', '012345678901', 'yes', '1', '1.10', '1.2.3', 'eu-west-1'],
    },
    {
      name: 'an integer',
      schema: { type: 'integer' },
      yaml: ['0', '-5', '9007199254740991'],
      want: [0, -5, 9007199254740991],
    },
    {
      name: 'a number',
      schema: { type: 'number' },
      yaml: ['1', '1.10', '-0.5', '1e3', '1.5E-2'],
      want: [1, 1.1, -0.5, 1000, 0.015],
    },
    { name: 'a boolean', schema: { type: 'boolean' }, yaml: ['true', 'False', 'TRUE'], want: [true, false, true] },
    {
      name: 'an integer or a string',
      schema: { 'x-kubernetes-int-or-string': true },
      yaml: ['80', '"80"', 'http', '50%'],
      want: [80, '80', 'http', '50%'],
    },
    {
      name: 'null where it is allowed',
      schema: { type: 'string', nullable: true },
      yaml: ['', '~', 'null', 'x', '""'],
      want: [null, null, null, 'x', ''],
    },
    {
      name: 'one of a set',
      schema: { type: 'string', enum: ['ENABLED', 'DISABLED'] },
      yaml: ['ENABLED', '"DISABLED"'],
      want: ['ENABLED', 'DISABLED'],
    },
    {
      name: 'a list',
      schema: { type: 'array', items: text },
      yaml: ['[]', '[a, b]', '\n- a\n- "1"'],
      want: [[], ['a', 'b'], ['a', '1']],
    },
    {
      name: 'a map',
      schema: { type: 'object', additionalProperties: text },
      yaml: ['{}', '{a: b, "1": c}'],
      want: [{}, { a: 'b', 1: 'c' }],
    },
    {
      name: 'a map of lists',
      schema: { type: 'object', additionalProperties: { type: 'array', items: { type: 'integer' } } },
      yaml: ['{x: [1]}'],
      want: [{ x: [1] }],
    },
    {
      name: 'fields beside preserved ones',
      schema: {
        type: 'object',
        properties: { count: { type: 'integer' } },
        'x-kubernetes-preserve-unknown-fields': true,
      },
      yaml: ['{count: 1, more: {k: 2}}'],
      want: [{ count: 1, more: { k: 2 } }],
    },
    {
      name: 'what everybody reads alike where the schema leaves the type open',
      schema: {},
      yaml: ['hello', '5', '1.5', 'true', '~', '"1"', '{a: [1, x]}'],
      want: ['hello', 5, 1.5, true, null, '1', { a: [1, 'x'] }],
    },
  ])('reads $name', ({ schema, yaml, want }) => {
    const results = yaml.map(one => read(`a: ${one}\n`, of(schema)));

    expect(results).toEqual(want.map(value => ({ value: { a: value }, problems: [] })));
  });

  it.each([
    {
      name: 'account ids',
      schema: text,
      yaml: ['012345678901', '123456789012'],
      want: [
        'must be a string, and a number would lose its leading zero; quote it',
        'must be a string, but reads as a number; quote it',
      ],
    },
    {
      name: 'versions',
      schema: text,
      yaml: ['1.10', '3', '2024-01-01'],
      want: [
        'must be a string, but reads as a number; quote it',
        'must be a string, but reads as a number; quote it',
        'must be a string, and some readers of YAML take this for a date; quote it',
      ],
    },
    {
      name: 'booleans as strings',
      schema: text,
      yaml: ['true', 'no'],
      want: [
        'must be a string, but reads as a boolean; quote it',
        'must be a string, and some readers of YAML take this word for a boolean; quote it, or write true or false',
      ],
    },
    {
      name: 'structure as a string',
      schema: text,
      yaml: ['[x]', '{x: y}'],
      want: ['must be a string', 'must be a string'],
    },
    {
      name: 'missing values',
      schema: text,
      yaml: ['', '~', 'null'],
      want: Array(3).fill('has no value; give it one or remove the field'),
    },
    {
      name: 'missing structure',
      schema: { type: 'object' },
      yaml: [''],
      want: ['has no value; give it one or remove the field'],
    },
    {
      name: 'integers',
      schema: { type: 'integer' },
      yaml: ['"5"', '1.5', '1e3', '0x10', '1_000', '12345678901234567890', 'many'],
      want: [
        'must be an integer without quotes',
        ...Array(6).fill('must be an integer written in plain decimal digits'),
      ],
    },
    {
      name: 'numbers',
      schema: { type: 'number' },
      yaml: ['"1.5"', '1e999', '.inf', 'x'],
      want: Array(4).fill('must be a number, without quotes'),
    },
    {
      name: 'booleans',
      schema: { type: 'boolean' },
      yaml: ['yes', '1', '"true"'],
      want: ['must be true or false', 'must be true or false', 'must be true or false without quotes'],
    },
    {
      name: 'an integer or a string',
      schema: { 'x-kubernetes-int-or-string': true },
      yaml: ['080', '1.5', '[]'],
      want: [
        'must be a string, and a number would lose its leading zero; quote it',
        'must be a string, but reads as a number; quote it',
        'must be an integer or a string',
      ],
    },
    {
      name: 'a set',
      schema: { type: 'string', enum: ['ENABLED', 'DISABLED'] },
      yaml: ['ENABLE', 'x'],
      want: ['must be one of ENABLED, DISABLED; did you mean ENABLED?', 'must be one of ENABLED, DISABLED'],
    },
    {
      name: 'a list',
      schema: { type: 'array', items: text },
      yaml: ['x', '{a: b}'],
      want: ['must be a list', 'must be a list'],
    },
    {
      name: 'a mapping',
      schema: { type: 'object' },
      yaml: ['x', '[]'],
      want: ['must be a mapping of fields', 'must be a mapping of fields'],
    },
    {
      name: 'doubtful text where the schema leaves the type open',
      schema: {},
      yaml: ['1.10', '1e3', 'yes', '012'],
      want: [
        'the number would not keep all its digits; quote it',
        'this reads as a number with an exponent; quote it',
        'some readers of YAML take this word for a boolean; quote it, or write true or false',
        'a number would lose its leading zero; quote it',
      ],
    },
  ])('rejects for $name what is not', ({ schema, yaml, want }) => {
    const problems = yaml.flatMap(one => read(`a: ${one}\n`, of(schema)).problems);

    expect(problems).toEqual(want.map((message, row) => `f.yaml:1:${yaml[row] === '' ? 2 : 4}: a: ${message}`));
  });

  it('reports everything at once, each with its position and path, and types the rest', () => {
    const schema = of({
      type: 'object',
      properties: {
        computeResources: {
          type: 'object',
          properties: { maxvCpus: { type: 'integer' }, subnets: { type: 'array', items: text } },
        },
        tags: { type: 'object', additionalProperties: text },
      },
    });
    const yaml = [
      'a:',
      '  computeResource: {}',
      '  computeResources:',
      '    maxVcpus: 4',
      '    maxvCpus: "4"',
      '    subnets:',
      '    - subnet-1',
      '    - 12',
      '  tags:',
      '    s3cret: 1.0',
      '    fine: yes it is',
      '  hunter2: x',
    ].join('\n');

    const { value, problems } = read(yaml, schema);

    expect(problems).toEqual([
      'f.yaml:2:3: a: unknown field; did you mean computeResources?',
      'f.yaml:4:5: a.computeResources: unknown field; did you mean maxvCpus?',
      'f.yaml:5:15: a.computeResources.maxvCpus: must be an integer without quotes',
      'f.yaml:8:7: a.computeResources.subnets[1]: must be a string, but reads as a number; quote it',
      'f.yaml:10:13: a.tags.*: must be a string, but reads as a number; quote it',
      'f.yaml:12:3: a: unknown field',
    ]);
    expect(value).toEqual({ a: { computeResources: { subnets: ['subnet-1', null] }, tags: { fine: 'yes it is' } } });
  });

  it('gives objects no prototype', () => {
    const [document] = parseManifests('a: {b: 1}', 'f').documents;
    const { value } = document ? typed(document, {}) : { value: null };

    expect(Object.getPrototypeOf(value)).toBeNull();
    expect(Object.getPrototypeOf((value as { a: object }).a)).toBeNull();
  });
});
