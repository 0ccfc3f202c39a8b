import { describe, expect, it } from 'vitest';
import { type OpenApiDocument, openApiDocuments, openApiIndex } from '../../../controller/server/kubernetes/openapi.ts';
import { servedTypes } from '../../../controller/server/kubernetes/served-types.ts';
import { testKinds } from '../test-kinds.ts';

const documents = openApiDocuments(servedTypes(testKinds, '2026-01-01T00:00:00Z').all, 'Batchwright', '1.2.3');
const ours = documents.find(({ path }) => path === 'apis/batchwright.dev/v1alpha1') as OpenApiDocument;
interface Operation {
  'x-kubernetes-action': string;
  'x-kubernetes-group-version-kind': unknown;
  parameters?: { name: string }[];
  requestBody?: { content: Record<string, unknown> };
}
const document = JSON.parse(ours.text) as {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Record<string, unknown>> };
};
const gvk = { group: 'batchwright.dev', version: 'v1alpha1', kind: 'JobDefinition' };
const list = '/apis/batchwright.dev/v1alpha1/namespaces/{namespace}/jobdefinitions';

describe('OpenAPI v3', () => {
  it('has one document per group version, addressed by its hash', () => {
    expect(documents.map(({ path }) => path)).toContain('api/v1');
    expect(openApiIndex(documents)).toMatchObject({
      paths: {
        'apis/batchwright.dev/v1alpha1': {
          serverRelativeURL: `/openapi/v3/apis/batchwright.dev/v1alpha1?hash=${ours.hash}`,
        },
      },
    });
    expect(ours.hash).toMatch(/^[0-9A-F]{64}$/);
  });

  it('names the kind as an object in operations and as a list in schemas', () => {
    expect(document.paths[list]?.['post']?.['x-kubernetes-group-version-kind']).toEqual(gvk);
    expect(
      document.components.schemas['dev.batchwright.v1alpha1.JobDefinition']?.['x-kubernetes-group-version-kind'],
    ).toEqual([gvk]);
  });

  it('tells kubectl that the server validates and takes no strategic patches of our kinds', () => {
    const patch = document.paths[`${list}/{name}`]?.['patch'];
    expect(patch?.parameters?.map(({ name }) => name)).toContain('fieldValidation');
    expect(Object.keys(patch?.requestBody?.content ?? {})).toEqual([
      'application/apply-patch+yaml',
      'application/json-patch+json',
      'application/merge-patch+json',
    ]);
  });

  it('describes every field, metadata by reference', () => {
    const schema = document.components.schemas['dev.batchwright.v1alpha1.JobDefinition'];
    const reference = '#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
    expect(schema?.['properties']).toMatchObject({
      metadata: { allOf: [{ $ref: reference }] },
      spec: { description: 'What is wanted.' },
    });
  });

  it('refers only to schemas that it has', () => {
    for (const { text } of documents) {
      const names = [...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(match => match[1]);
      const known = Object.keys((JSON.parse(text) as typeof document).components.schemas);
      expect(names.filter(name => !known.includes(name ?? ''))).toEqual([]);
    }
  });
});
