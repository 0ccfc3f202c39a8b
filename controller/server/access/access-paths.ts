import { join } from 'node:path';

/** Where the API keeps what clients and it need to know each other. */
export interface AccessPaths {
  readonly authority: string;
  readonly authorityKey: string;
  readonly server: string;
  readonly serverKey: string;
  /** Users, their roles and the digests of their tokens. */
  readonly accessList: string;
  /** For the administrator: it holds a token. */
  readonly kubeconfig: string;
}

/** The files in a data directory. */
export function accessPaths(directory: string): AccessPaths {
  return {
    authority: join(directory, 'api-ca.crt'),
    authorityKey: join(directory, 'api-ca.key'),
    server: join(directory, 'api-server.crt'),
    serverKey: join(directory, 'api-server.key'),
    accessList: join(directory, 'access.yaml'),
    kubeconfig: join(directory, 'kubeconfig'),
  };
}
