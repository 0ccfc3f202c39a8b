import { describe, expect, it } from 'vitest';
import { warningHeaders } from '../../../controller/server/kubernetes/warning.ts';

describe('warning headers', () => {
  it.each([
    { name: 'none', texts: [], headers: {} },
    { name: 'each text once', texts: ['a', 'b', 'a'], headers: { Warning: ['299 - "a"', '299 - "b"'] } },
    {
      name: 'quotes and backslashes escaped',
      texts: ['field "x\\y"'],
      headers: { Warning: ['299 - "field \\"x\\\\y\\""'] },
    },
    {
      name: 'nothing that could end the header',
      texts: ['a\r\nSet-Cookie: b', 'ä'],
      headers: { Warning: ['299 - "a??Set-Cookie: b"', '299 - "?"'] },
    },
  ])('$name', ({ headers, texts }) => {
    expect(warningHeaders(texts)).toEqual(headers);
  });

  it('cut long texts and long lists', () => {
    const headers =
      warningHeaders(Array.from({ length: 30 }, (_, index) => `${index} ${'x'.repeat(5000)}`))['Warning'] ?? [];
    expect(headers.length).toBe(21);
    expect(headers.at(-1)).toBe('299 - "and 10 more"');
    expect(Math.max(...[...headers].map(text => text.length))).toBeLessThan(1100);
  });
});
