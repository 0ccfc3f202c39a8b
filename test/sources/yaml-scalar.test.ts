import { describe, expect, it } from 'vitest';
import { plainScalar } from '../../controller/sources/yaml-scalar.ts';

describe('plainScalar', () => {
  it.each([
    { looks: 'null', texts: ['', '~', 'null', 'Null', 'NULL'] },
    { looks: 'boolean', texts: ['true', 'True', 'TRUE', 'false', 'False', 'FALSE'] },
    { looks: 'integer', texts: ['0', '7', '-7', '123456789012', '9007199254740991', '-9007199254740991'] },
    { looks: 'decimal', texts: ['1.5', '1.10', '-0.5', '0.25'] },
    { looks: 'word', texts: ['y', 'Y', 'n', 'N', 'yes', 'Yes', 'YES', 'no', 'NO', 'on', 'On', 'off', 'OFF'] },
    {
      looks: 'ambiguous',
      texts: [
        ...['012345678901', '0777', '00', '-012', '+01', '007.5'],
        ...['0o777', '0xff', '0XFF', '0b101', '-0x1f'],
        ...['12:30:45', '22:22', '190:20:30.15', '-1:30'],
        ...['1_000', '1_000.5', '685_230.15e+03', '1_'],
        ...[
          '2024-01-01',
          '2024-1-1',
          '2024-01-01T10:00:00Z',
          '2024-01-01 10:00:00.5 +02:00',
          '2024-01-01t10:00:00+02:00',
        ],
        ...['1e3', '0e123456', '1234567e12', '1E400', '1.5e-3', '.5e3'],
        ...['.inf', '-.inf', '+.INF', '.nan', '.NaN'],
        ...['.5', '1.', '+1', '+1.5', '-.5', '-0', '-0.0'],
        ...['9007199254740992', '-9007199254740992', '12345678901234567890'],
      ],
    },
    {
      looks: 'text',
      texts: [
        ...['abc', 'no way', 'yesterday', 'nullable', 'truth', '1.2.3', 'v1', '1h', '10m', '0x', '0xzz', '1-2', '-'],
        ...[
          'eu-west-1',
          'arn:aws:iam::1:role/x',
          '10.0.0.0/8',
          'a:1',
          '1:99',
          '2024-01',
          '20240101T',
          '.',
          '..',
          '+',
          'e3',
        ],
      ],
    },
  ])('says $looks for $texts', ({ looks, texts }) => {
    expect(texts.map(text => [text, plainScalar(text).looks])).toEqual(texts.map(text => [text, looks]));
  });

  it('gives numbers exactly', () => {
    const values = ['0', '-12', '9007199254740991', '1.5'].map(plainScalar);

    expect(values.map(scalar => 'value' in scalar && scalar.value)).toEqual([0, -12, 9007199254740991, 1.5]);
  });

  it('takes time in proportion to the length of what it looks at', () => {
    const length = 200_000;
    const hostile = ['1', '1:', '1_', '0', '.1', '1e', '-', 'x'].map(part => `${part.repeat(length / part.length)}!`);

    expect(hostile.map(text => plainScalar(text).looks)).toEqual(hostile.map(() => 'text'));
  });
});
