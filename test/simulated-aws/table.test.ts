import { beforeEach, expect, it } from 'vitest';
import { FakeClock } from '../clock.ts';
import { Agenda } from './agenda.ts';
import { Changes, latest, Table } from './table.ts';

let clock: FakeClock;
let agenda: Agenda;
let changes: Changes;
let table: Table<{ n: number; inner?: { m: number } }>;

beforeEach(() => {
  clock = new FakeClock(0);
  agenda = new Agenda(() => clock.now());
  changes = new Changes();
  table = new Table(agenda, changes);
});

it('shows each view what it may see', async () => {
  table.set('a', { n: 1 });
  await clock.advance(10);
  table.edit('a', { n: 2 });
  table.set('b', { n: 3 });
  await clock.advance(10);
  table.delete('a');

  expect(table.get('a')).toBeUndefined();
  expect(table.get('a', { ...latest, at: 10 })).toEqual({ n: 2 });
  expect(table.get('a', { ...latest, at: 9 })).toEqual({ n: 1 });
  expect(table.values({ ...latest, change: 1 })).toEqual([{ n: 1 }]);
  expect(table.values({ ...latest, change: 0 })).toEqual([]);
  expect(table.values()).toEqual([{ n: 3 }]);
  expect(changes.count).toBe(4);
});

it('freezes its rows', () => {
  const row = { n: 1, inner: { m: 1 } };
  table.set('a', row);

  expect(() => {
    row.inner.m = 2;
  }).toThrow(TypeError);
});

it('names the rows there are when asked to edit one that is not', () => {
  table.set('a', { n: 1 });

  expect(() => table.edit('b', { n: 2 })).toThrow('no row b; there are: a');
});

it('settles what is due before it answers, at the instant it was due', async () => {
  agenda.after(5, () => table.set('a', { n: agenda.now() }));
  agenda.after(5, () => agenda.after(2, () => table.edit('a', { n: agenda.now() })));
  await clock.advance(100);

  expect(table.get('a')).toEqual({ n: 7 });
  expect(table.get('a', { ...latest, at: 6 })).toEqual({ n: 5 });
  expect(agenda.nextAt).toBeUndefined();
});

it('tells when it would do something next', () => {
  agenda.after(20, () => undefined);
  agenda.after(10, () => undefined);

  expect(agenda.nextAt).toBe(10);
});
