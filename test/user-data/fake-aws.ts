import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** What a fake answers to one request. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

const role = 'batch-instance-role';
const credentials = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'role/secret+key',
  sessionToken: 'session//token==',
};

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

function listening(server: Server): Promise<string> {
  return new Promise(resolve => {
    server.listen(0, '127.0.0.1', () => {
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    });
  });
}

type Respond = (request: IncomingMessage, body: string) => Promise<Answer> | Answer;

async function started(respond: Respond): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const { status, body } = await respond(request, await bodyOf(request));
    response.writeHead(status, { connection: 'close' }).end(body);
  };
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => response.writeHead(599).end(String(error)));
  });
  const url = await listening(server);
  return {
    url,
    stop: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** An instance metadata service that knows version 2 only: without a token every question is answered 401. */
export class FakeInstanceMetadata {
  readonly requests: string[] = [];
  /** How many more questions for the role are answered 404, as before an instance profile has arrived. */
  missingRole = 0;
  readonly #token = 'metadata-token==';

  answer(request: IncomingMessage): Answer {
    const line = `${request.method} ${request.url}`;
    const authorized = request.headers['x-aws-ec2-metadata-token'] === this.#token;
    this.requests.push(authorized ? `${line} with token` : line);
    if (line === 'PUT /latest/api/token') {
      const ttl = Number(request.headers['x-aws-ec2-metadata-token-ttl-seconds']);
      return ttl >= 1 && ttl <= 21_600 ? { status: 200, body: this.#token } : { status: 400, body: '' };
    }
    if (!authorized) return { status: 401, body: 'Unauthorized' };
    if (line === 'GET /latest/meta-data/iam/security-credentials/') {
      this.missingRole -= 1;
      return this.missingRole >= 0 ? { status: 404, body: '<html>Not Found</html>' } : { status: 200, body: role };
    }
    if (line === `GET /latest/meta-data/iam/security-credentials/${role}`) {
      const { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: Token } = credentials;
      return { status: 200, body: JSON.stringify({ Code: 'Success', AccessKeyId, SecretAccessKey, Token }, null, 2) };
    }
    return { status: 404, body: '' };
  }

  start(): ReturnType<typeof started> {
    return started(request => this.answer(request));
  }
}

/** The Authorization header that AWS's own signer makes for a request with the same signed headers. */
async function expectedAuthorization(region: string, headers: IncomingHttpHeaders, body: string): Promise<string> {
  const client = new SecretsManagerClient({ region, credentials });
  try {
    const signer = await client.config.signer();
    const signed = ['content-type', 'host', 'x-amz-date', 'x-amz-security-token', 'x-amz-target'];
    const date = String(headers['x-amz-date']).replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5');
    const { headers: result } = await signer.sign(
      {
        method: 'POST',
        protocol: 'https:',
        hostname: String(headers.host),
        path: '/',
        headers: Object.fromEntries(signed.map(name => [name, String(headers[name])])),
        body,
      },
      { signingDate: new Date(date), unsignableHeaders: new Set(['x-amz-content-sha256']) },
    );
    return result['authorization'] ?? '';
  } finally {
    client.destroy();
  }
}

/** An error answer in Secrets Manager's shape. */
export function refusal(code: string, message = 'no', status = 400): Answer {
  return { status, body: JSON.stringify({ __type: code, Message: message }) };
}

/** A Secrets Manager that knows GetSecretValue, checks each signature with AWS's own signer, and can be told to fail. */
export class FakeSecretsManager {
  /** ARNs asked for, in order. */
  readonly requests: string[] = [];
  /** Answers to give once each, before the secret itself; by ARN. */
  readonly script = new Map<string, Answer[]>();
  readonly #secrets = new Map<string, { readonly version: string; readonly value: object }>();

  /** Makes a value the current version: a text is a SecretString, an object stands for the members of the answer. */
  put(arn: string, version: string, value: string | object): void {
    this.#secrets.set(arn, { version, value: typeof value === 'string' ? { SecretString: value } : value });
  }

  async answer(request: IncomingMessage, body: string): Promise<Answer> {
    const { SecretId: arn } = JSON.parse(body) as { readonly SecretId: string };
    this.requests.push(arn);
    const region = arn.split(':')[3] ?? '';
    const { headers } = request;
    if (
      request.method !== 'POST' ||
      request.url !== '/' ||
      headers['x-amz-target'] !== 'secretsmanager.GetSecretValue'
    ) {
      return refusal('UnknownOperationException');
    }
    if (!String(headers.host).startsWith(`secretsmanager.${region}.`)) return refusal('WrongHost');
    if (headers.authorization !== (await expectedAuthorization(region, headers, body))) {
      return refusal('SignatureDoesNotMatch');
    }
    const scripted = this.script.get(arn)?.shift();
    if (scripted !== undefined) return scripted;
    const secret = this.#secrets.get(arn);
    if (secret === undefined) return refusal('ResourceNotFoundException', 'Secrets Manager can’t find the secret.');
    return { status: 200, body: JSON.stringify({ ARN: arn, VersionId: secret.version, ...secret.value }) };
  }

  start(): ReturnType<typeof started> {
    return started((request, body) => this.answer(request, body));
  }
}
