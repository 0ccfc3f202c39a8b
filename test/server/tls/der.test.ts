import { expect, it } from 'vitest';
import {
  bits,
  type Der,
  integer,
  octets,
  oid,
  sequence,
  setOfOne,
  tagged,
  time,
  truth,
  utf8,
} from '../../../controller/server/tls/der.ts';

it.each<{ name: string; der: Der; hex: string }>([
  { name: 'a sequence', der: sequence(truth, truth), hex: '30060101ff0101ff' },
  { name: 'a set', der: setOfOne(truth), hex: '31030101ff' },
  { name: 'zero', der: integer(Uint8Array.of(0, 0)), hex: '020100' },
  { name: 'a number without leading zeros', der: integer(Uint8Array.of(0, 0x7f)), hex: '02017f' },
  { name: 'a number that would look negative', der: integer(Uint8Array.of(0x80)), hex: '02020080' },
  { name: 'octets', der: octets(Uint8Array.of(1, 2)), hex: '04020102' },
  { name: 'bits', der: bits(Uint8Array.of(0x06), 1), hex: '03020106' },
  { name: 'a text', der: utf8('ü'), hex: '0c02c3bc' },
  { name: 'an identifier', der: oid('1.2.840.10045.4.3.2'), hex: '06082a8648ce3d040302' },
  {
    name: 'a time before 2050',
    der: time(Date.parse('2049-12-31T23:59:59.999Z')),
    hex: `170d${Buffer.from('491231235959Z').toString('hex')}`,
  },
  {
    name: 'a time from 2050 on',
    der: time(Date.parse('2050-01-01T00:00:00Z')),
    hex: `180f${Buffer.from('20500101000000Z').toString('hex')}`,
  },
  { name: 'a length of one byte', der: tagged(0x04, new Uint8Array(127)).subarray(0, 2), hex: '047f' },
  { name: 'a length of two bytes', der: tagged(0x04, new Uint8Array(128)).subarray(0, 3), hex: '048180' },
  { name: 'a length of three bytes', der: tagged(0x04, new Uint8Array(256)).subarray(0, 4), hex: '04820100' },
])('encodes $name', ({ der, hex }) => {
  expect(Buffer.from(der).toString('hex')).toBe(hex);
});
