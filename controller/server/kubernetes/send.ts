import type { ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Cancel, Clock } from '../../model/clock.ts';
import type { Answer, Headers } from './answer.ts';
import { expired } from './status.ts';

const compressed = promisify(gzip);

/** Smaller texts are not worth compressing. */
const gzipFromBytes = 128 * 1024;

/** How long a watch waits for its reader before it ends, in milliseconds. */
export const slowReaderMs = 10_000;

/** Sends a whole text, compressed where that pays and the client takes it. */
export async function sendText(
  response: ServerResponse,
  { code, contentType, headers = {}, text }: Extract<Answer, { type: 'text' }>,
  common: Headers,
  acceptEncoding: string,
): Promise<void> {
  const plain = Buffer.from(text);
  const zipped = plain.length > gzipFromBytes && acceptsGzip(acceptEncoding);
  const body = zipped ? await compressed(plain, { level: 1 }) : plain;
  if (response.destroyed) return;
  setHeaders(response, { ...common, ...headers, 'Content-Type': contentType, 'Content-Length': String(body.length) });
  if (zipped) response.setHeader('Content-Encoding', 'gzip');
  if (plain.length > gzipFromBytes) response.appendHeader('Vary', 'Accept-Encoding');
  response.writeHead(code);
  response.end(body);
}

/**
 * Sends lines as they come, never compressed. It takes the next line only when the client has taken those before, so a
 * slow reader costs one line of memory; one that takes nothing for ten seconds is told to begin again and cut off.
 */
export async function sendLines(
  response: ServerResponse,
  { contentType, lines }: Extract<Answer, { type: 'stream' }>,
  common: Headers,
  clock: Clock,
): Promise<void> {
  setHeaders(response, { ...common, 'Content-Type': contentType });
  response.writeHead(200);
  response.flushHeaders();
  for await (const line of lines) {
    if (response.destroyed) return;
    if (response.write(line)) continue;
    if (await drained(response, clock)) continue;
    const { status } = expired('the reader takes events too slowly; list again and watch from there');
    response.end(`${JSON.stringify({ type: 'ERROR', object: status })}\n`);
    clock.timer(1000, () => response.destroy());
    return;
  }
  response.end();
}

/** True when the client has taken what was written; false when it did not in time. A client that has gone counts as true. */
function drained(response: ServerResponse, clock: Clock): Promise<boolean> {
  return new Promise(resolve => {
    const taken = () => settle(true);
    const cancel: Cancel = clock.timer(slowReaderMs, () => settle(false));
    function settle(inTime: boolean): void {
      cancel();
      response.off('drain', taken);
      response.off('close', taken);
      resolve(inTime);
    }
    response.once('drain', taken);
    response.once('close', taken);
    if (response.destroyed) settle(true);
  });
}

function setHeaders(response: ServerResponse, headers: Headers): void {
  for (const [name, value] of Object.entries(headers)) {
    response.setHeader(name, typeof value === 'string' ? value : [...value]);
  }
}

function acceptsGzip(acceptEncoding: string): boolean {
  return /(?:^|,)\s*gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[^,]*)?(?:,|$)/i.test(acceptEncoding);
}
