import type { JsonObject } from '../../model/json.ts';

/** The Kubernetes version whose behaviour is offered; clients compare theirs with it. */
const kubernetesMinor = '31';

/** `GET /version`. `version` is our own. */
export function versionInfo(version: string): JsonObject {
  return {
    major: '1',
    minor: kubernetesMinor,
    gitVersion: `v1.${kubernetesMinor}.0+batchwright-${version.replace(/[^0-9A-Za-z.-]/g, '-')}`,
    gitCommit: '',
    gitTreeState: 'clean',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: '',
    compiler: 'node',
    platform: 'linux/amd64',
  };
}
