import { readManifests } from '../../controller/sources/manifest.ts';
import { describeProblem } from '../../controller/sources/yaml-problem.ts';
import type { KindSchema, StructuralSchema } from '../../controller/sources/yaml-schema.ts';

const spec: StructuralSchema = {
  type: 'object',
  properties: {
    text: { type: 'string' },
    count: { type: 'integer' },
    ratio: { type: 'number' },
    enabled: { type: 'boolean' },
    state: { type: 'string', enum: ['ENABLED', 'DISABLED'] },
    optional: { type: 'string', nullable: true },
    port: { 'x-kubernetes-int-or-string': true },
    list: { type: 'array', items: { type: 'string' } },
    tags: { type: 'object', additionalProperties: { type: 'string' } },
    free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    computeResources: {
      type: 'object',
      properties: { maxvCpus: { type: 'integer' }, subnets: { type: 'array', items: { type: 'string' } } },
    },
  },
};

/** Two kinds with one field of every type. */
export const kinds: readonly KindSchema[] = ['Widget', 'Gadget'].map(kind => ({
  apiVersion: 'batchwright.dev/v1alpha1',
  kind,
  schema: { type: 'object', properties: { spec, status: { type: 'object' } } },
}));

/** A manifest of a Widget with these lines of spec. */
export function widget(name: string, ...lines: readonly string[]): string {
  const head = `apiVersion: batchwright.dev/v1alpha1\nkind: Widget\nmetadata:\n  name: ${name}\n`;
  return lines.length === 0 ? head : `${head}spec:\n${lines.map(line => `  ${line}\n`).join('')}`;
}

/** Reads a text as the file `f.yaml` and describes what is wrong with it. */
export function problemsOf(text: string | Uint8Array): readonly string[] {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  return readManifests(bytes, 'f.yaml', kinds).problems.map(describeProblem);
}
