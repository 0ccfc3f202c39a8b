import { describe, expect, it } from 'vitest';
import { type HistoryLimits, type Mark, nextFloor } from '../../controller/store/history.ts';

const limits: HistoryLimits = { fewest: 100, youngMs: 600_000, most: 1000 };

describe('nextFloor', () => {
  it.each<{ name: string; version: number; floor: number; marks: readonly Mark[]; expected: number }>([
    {
      name: 'keeps a short history however old',
      version: 150,
      floor: 60,
      marks: [{ at: 0, version: 150 }],
      expected: 60,
    },
    {
      name: 'keeps the fewest of a history that is all old',
      version: 500,
      floor: 0,
      marks: [{ at: 0, version: 500 }],
      expected: 400,
    },
    { name: 'keeps what is young', version: 500, floor: 0, marks: [{ at: 900_000, version: 300 }], expected: 0 },
    {
      name: 'forgets up to the newest mark that is old enough',
      version: 500,
      floor: 0,
      marks: [
        { at: 0, version: 100 },
        { at: 400_000, version: 200 },
        { at: 400_001, version: 300 },
      ],
      expected: 200,
    },
    { name: 'never keeps more than the most, however young', version: 5000, floor: 0, marks: [], expected: 4000 },
    { name: 'never goes down', version: 500, floor: 450, marks: [{ at: 0, version: 500 }], expected: 450 },
    { name: 'stays where nothing happened', version: 7, floor: 7, marks: [{ at: 0, version: 7 }], expected: 7 },
  ])('$name', ({ version, floor, marks, expected }) => {
    expect(nextFloor({ version, floor, marks, now: 1_000_000 }, limits)).toBe(expected);
  });
});
