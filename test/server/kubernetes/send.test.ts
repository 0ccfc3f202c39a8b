import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { sendLines, slowReaderMs } from '../../../controller/server/kubernetes/send.ts';
import { FakeClock } from '../../clock.ts';

/** A client that takes `room` lines and then no more until it is told to. */
class Reader extends EventEmitter {
  readonly taken: string[] = [];
  destroyed = false;
  ended = false;
  room: number;

  constructor(room: number) {
    super();
    this.room = room;
  }

  setHeader(): void {
    expect(this.taken).toEqual([]);
  }
  writeHead = this.setHeader;
  flushHeaders = this.setHeader;

  write(line: string): boolean {
    this.taken.push(line);
    this.room -= 1;
    return this.room > 0;
  }

  end(line?: string): void {
    if (line !== undefined) this.taken.push(line);
    this.ended = true;
  }

  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }

  read(room: number): void {
    this.room = room;
    this.emit('drain');
  }
}

async function* numbers(count: number, made: number[]): AsyncGenerator<string, void, undefined> {
  for (let number = 1; number <= count; number += 1) {
    made.push(number);
    yield `${number}\n`;
  }
}

function send(reader: Reader, clock: FakeClock, lines: AsyncIterable<string>): Promise<void> {
  return sendLines(
    reader as unknown as ServerResponse,
    { type: 'stream', contentType: 'application/json', lines },
    {},
    clock,
  );
}

describe('sending lines', () => {
  it('takes a line only when the reader has taken those before', async () => {
    const [reader, clock, made] = [new Reader(2), new FakeClock(), [] as number[]];
    const sending = send(reader, clock, numbers(5, made));
    await clock.advance(slowReaderMs - 1);
    expect([made, reader.ended]).toEqual([[1, 2], false]);

    reader.read(10);
    await sending;

    expect([reader.taken, reader.ended, clock.pending]).toEqual([['1\n', '2\n', '3\n', '4\n', '5\n'], true, []]);
  });

  it('tells a reader that takes nothing for ten seconds to begin again, and cuts it off', async () => {
    const [reader, clock, made] = [new Reader(1), new FakeClock(), [] as number[]];
    const sending = send(reader, clock, numbers(5, made));
    await clock.advance(slowReaderMs);
    await sending;
    const last = JSON.parse(reader.taken.at(-1) ?? '');
    expect([made, reader.ended, last.type, last.object.code]).toEqual([[1], true, 'ERROR', 410]);
    await clock.advance(1000);
    expect(reader.destroyed).toBe(true);
  });

  it('stops when the reader has gone', async () => {
    const [reader, clock, made] = [new Reader(1), new FakeClock(), [] as number[]];
    const sending = send(reader, clock, numbers(5, made));
    await clock.advance(1);
    reader.destroy();
    await sending;
    expect([reader.ended, clock.pending]).toEqual([false, []]);
  });
});
