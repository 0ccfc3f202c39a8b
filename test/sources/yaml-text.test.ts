import { describe, expect, it } from 'vitest';
import { decodedText } from '../../controller/sources/yaml-text.ts';

describe('decodedText', () => {
  it.each([
    { name: 'nothing', bytes: [], text: '' },
    { name: 'ASCII', bytes: [0x61, 0x3a, 0x0a], text: 'a:\n' },
    { name: 'several bytes per character', bytes: [0xc3, 0xa9, 0xf0, 0x9f, 0x98, 0x80], text: 'é😀' },
    { name: 'a byte order mark, which is left out', bytes: [0xef, 0xbb, 0xbf, 0x61], text: 'a' },
    { name: 'the replacement character, when it is really there', bytes: [0xef, 0xbf, 0xbd], text: '\ufffd' },
  ])('decodes $name', ({ bytes, text }) => {
    expect(decodedText(Uint8Array.from(bytes), 'f')).toEqual({ text });
  });

  it.each([
    { name: 'Latin-1', bytes: [0x61, 0x0a, 0x62, 0xe9, 0x0a], line: 2, column: 2 },
    { name: 'UTF-16 with its mark', bytes: [0xff, 0xfe, 0x61, 0x00], line: 1, column: 1 },
    { name: 'a character cut off at the end', bytes: [0x61, 0x0a, 0xf0, 0x9f, 0x98], line: 2, column: 1 },
    { name: 'a character written with too many bytes', bytes: [0x61, 0xc0, 0xaf], line: 1, column: 2 },
    { name: 'a surrogate', bytes: [0x61, 0x62, 0xed, 0xa0, 0x80], line: 1, column: 3 },
    { name: 'one bad byte', bytes: [0x80], line: 1, column: 1 },
  ])('rejects $name', ({ bytes, line, column }) => {
    const message = 'the file is not valid UTF-8 from here on; save it as UTF-8';

    expect(decodedText(Uint8Array.from(bytes), 'f')).toEqual({
      problem: { file: 'f', line, column, path: '', message },
    });
  });

  it('rejects a file that is too large without decoding it', () => {
    const message = 'a file can have 1048576 bytes at most';

    expect(decodedText(new Uint8Array(1024 * 1024 + 1), 'f')).toEqual({
      problem: { file: 'f', line: 1, column: 1, path: '', message },
    });
  });
});
