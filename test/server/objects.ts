/** Paths of the test kinds and of core resources. */
export const paths = {
  jobs: '/apis/batchwright.dev/v1alpha1/namespaces/default/jobdefinitions',
  allJobs: '/apis/batchwright.dev/v1alpha1/jobdefinitions',
  logins: '/apis/batchwright.dev/v1alpha1/namespaces/default/registrycredentials',
  namespaces: '/api/v1/namespaces',
  events: '/api/v1/namespaces/default/events',
  configMaps: '/api/v1/namespaces/default/configmaps',
} as const;

/** The path of job definitions in a namespace. */
export function jobsIn(namespace: string): string {
  return `/apis/batchwright.dev/v1alpha1/namespaces/${namespace}/jobdefinitions`;
}

/** A job definition as a client sends it. */
export function job(name: string, spec: object = {}, metadata: object = {}) {
  return {
    apiVersion: 'batchwright.dev/v1alpha1',
    kind: 'JobDefinition',
    metadata: { name, ...metadata },
    spec: { type: 'container', ...spec },
  };
}

/** A namespace as a client sends it. */
export function namespace(name: string) {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}
