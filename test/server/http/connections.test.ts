import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { connections } from '../../../controller/server/http/connections.ts';

let port = 0;
function socketFrom(remoteAddress: string): Socket & { gone: boolean } {
  const socket = Object.assign(new EventEmitter(), {
    remoteAddress,
    remotePort: ++port,
    gone: false,
    destroy() {
      socket.gone = true;
      socket.emit('close');
    },
  });
  return socket as unknown as Socket & { gone: boolean };
}

describe('connections', () => {
  it('closes the oldest unproven connection of an address that holds too many', () => {
    const limits = connections({ total: 100, unprovenPerAddress: 2 });
    const [first, second, third, other] = [socketFrom('a'), socketFrom('a'), socketFrom('a'), socketFrom('b')];
    for (const socket of [other, first, second, third]) limits.opened(socket);
    expect([first.gone, second.gone, third.gone, other.gone]).toEqual([true, false, false, false]);
  });

  it('never closes a proven connection', () => {
    const limits = connections({ total: 2, unprovenPerAddress: 1 });
    const [watch, dripping, next] = [socketFrom('a'), socketFrom('a'), socketFrom('b')];
    limits.opened(watch);
    limits.proven(watch);
    limits.opened(dripping);
    limits.opened(next);
    expect([watch.gone, dripping.gone, next.gone]).toEqual([false, true, false]);
  });

  it('refuses a new connection when all places are taken by proven ones', () => {
    const limits = connections({ total: 1, unprovenPerAddress: 5 });
    const [watch, late] = [socketFrom('a'), socketFrom('b')];
    limits.opened(watch);
    limits.proven(watch);
    limits.opened(late);
    expect([watch.gone, late.gone, limits.count]).toEqual([false, true, 1]);
  });

  it('forgets connections that were closed', () => {
    const limits = connections({ total: 10, unprovenPerAddress: 10 });
    const socket = socketFrom('a');
    limits.opened(socket);
    socket.destroy();
    expect(limits.count).toBe(0);
  });
});
