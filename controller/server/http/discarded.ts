import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../model/clock.ts';

/** What is read and thrown away of a refused request at most, and for how long it is waited for. */
const mostBytes = 64 * 1024;
const longestMs = 1_000;

/**
 * Reads what is left of a request that is refused and throws it away: true when that was little and came soon. A connection
 * that is closed with something unread on it is reset, and the client may never see why it was refused.
 */
export function discarded(request: IncomingMessage, clock: Clock): Promise<boolean> {
  if (!hasBody(request)) return Promise.resolve(true);
  if (Number(request.headers['content-length'] ?? 0) > mostBytes) return Promise.resolve(false);
  return new Promise(resolve => {
    let bytes = 0;
    const cancel = clock.timer(longestMs, () => settle(false));
    const read = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > mostBytes) settle(false);
    };
    const ended = () => settle(true);
    const gone = () => settle(false);
    function settle(whole: boolean): void {
      cancel();
      request.off('data', read).off('end', ended).off('close', gone).off('error', gone);
      resolve(whole);
    }
    request.on('data', read).once('end', ended).once('close', gone).once('error', gone);
  });
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
