/** What a kubeconfig points at. */
export interface KubeconfigParts {
  /** `https://host:port`. */
  readonly server: string;
  /** CA that signed the server's certificate, in PEM. */
  readonly ca: string;
  readonly user: string;
  readonly token: string;
  readonly namespace?: string;
}

const name = 'batchwright';

/** The text of a kubeconfig with one cluster, user and context. It holds the token: write it for its owner only (0600). */
export function kubeconfig({ ca, namespace = 'default', server, token, user }: KubeconfigParts): string {
  const text = JSON.stringify;
  return [
    'apiVersion: v1',
    'kind: Config',
    `current-context: ${name}`,
    'clusters:',
    `  - name: ${name}`,
    '    cluster:',
    `      server: ${text(server)}`,
    `      certificate-authority-data: ${Buffer.from(ca).toString('base64')}`,
    'users:',
    `  - name: ${text(user)}`,
    '    user:',
    `      token: ${text(token)}`,
    'contexts:',
    `  - name: ${name}`,
    '    context:',
    `      cluster: ${name}`,
    `      user: ${text(user)}`,
    `      namespace: ${text(namespace)}`,
    '',
  ].join('\n');
}
