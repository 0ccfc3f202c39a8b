// Starts the API with the test kinds over a memory store and leaves a kubeconfig:
//   node test/server/dev-server.ts [KUBECONFIG] [PORT]
// It runs until it is interrupted; `../shared/conformance/kubectl.sh KUBECONFIG test/server/one-of-each` can be run against it.
import { writeFile } from 'node:fs/promises';
import { kubeconfig } from '../../controller/server/access/kubeconfig.ts';
import { testServer, tokens } from './test-server.ts';

const [path = 'kubeconfig.dev'] = process.argv.slice(2);
const server = await testServer();
await writeFile(path, kubeconfig({ server: server.url, ca: server.ca, user: 'admin', token: tokens.admin }), {
  mode: 0o600,
});
process.stdout.write(`kubectl --kubeconfig ${path} get all\n`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    for (const problem of server.problems) process.stderr.write(`${problem}\n`);
    void server.close();
  });
}
