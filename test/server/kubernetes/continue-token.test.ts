import { describe, expect, it } from 'vitest';
import { continueToken, pagePosition } from '../../../controller/server/kubernetes/continue-token.ts';

describe('continue tokens', () => {
  it('come back as the position they were made from', () => {
    const position = { after: 'default/änderung-1', resourceVersion: '1790000000000001' };
    expect(pagePosition(continueToken(position))).toEqual(position);
  });

  it.each([
    'bogus',
    '',
    Buffer.from('{"v":2,"rv":"1","after":"a/b"}').toString('base64url'),
    Buffer.from('{"v":1,"rv":"x","after":"a/b"}').toString('base64url'),
    Buffer.from('{"v":1,"rv":"1"}').toString('base64url'),
    Buffer.from('[1]').toString('base64url'),
  ])('are refused when nobody made them: %s', token => {
    expect(() => pagePosition(token)).toThrow('continue key is not valid');
  });
});
