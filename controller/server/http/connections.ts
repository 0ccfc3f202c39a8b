import type { Socket } from 'node:net';

/** How many connections may be open. */
export interface ConnectionLimits {
  readonly total: number;
  /** Connections of one client address on which no accepted request has come in yet. */
  readonly unprovenPerAddress: number;
}

/** What a server asks of its connections. */
export interface Connections {
  /** Takes in a new connection; it or an older one may be closed at once. */
  opened(socket: Socket): void;
  /** The connection of a request has shown that its client is welcome. */
  proven(request: { remoteAddress?: string | undefined; remotePort?: number | undefined }): void;
  readonly count: number;
}

/**
 * Keeps connections within limits so that clients who only hold connections open shut nobody out: a connection counts
 * as unproven until a request on it was accepted, and where there are too many the oldest unproven one is closed.
 */
export function connections({ total, unprovenPerAddress }: ConnectionLimits): Connections {
  const open = new Map<string, Socket>();
  const unproven = new Map<string, string>();

  function oldestUnproven(address?: string): Socket | undefined {
    for (const [key, of] of unproven) if (address === undefined || of === address) return open.get(key);
    return undefined;
  }

  function unprovenOf(address: string): number {
    let count = 0;
    for (const of of unproven.values()) if (of === address) count += 1;
    return count;
  }

  return {
    get count() {
      return open.size;
    },
    opened(socket) {
      const key = keyOf(socket);
      const address = socket.remoteAddress ?? '';
      const forget = () => {
        open.delete(key);
        unproven.delete(key);
      };
      open.set(key, socket);
      unproven.set(key, address);
      socket.once('close', forget);
      const surplus =
        unprovenOf(address) > unprovenPerAddress
          ? oldestUnproven(address)
          : open.size > total
            ? oldestUnproven()
            : undefined;
      if (surplus === undefined) return;
      const surplusKey = keyOf(surplus);
      open.delete(surplusKey);
      unproven.delete(surplusKey);
      surplus.destroy();
    },
    proven(request) {
      unproven.delete(keyOf(request));
    },
  };
}

function keyOf({
  remoteAddress,
  remotePort,
}: {
  remoteAddress?: string | undefined;
  remotePort?: number | undefined;
}): string {
  return `${remoteAddress ?? ''} ${remotePort ?? ''}`;
}
