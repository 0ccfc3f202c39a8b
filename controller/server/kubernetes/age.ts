/** The units of one range of ages: the big one, and the small one that is printed behind it unless it is zero. */
interface AgeRange {
  /** First age in seconds that no longer belongs to the range. */
  readonly before: number;
  readonly big: Unit;
  readonly small?: Unit;
}

interface Unit {
  readonly letter: string;
  readonly seconds: number;
}

const second: Unit = { letter: 's', seconds: 1 };
const minute: Unit = { letter: 'm', seconds: 60 };
const hour: Unit = { letter: 'h', seconds: 3600 };
const day: Unit = { letter: 'd', seconds: 24 * 3600 };
const year: Unit = { letter: 'y', seconds: 365 * 24 * 3600 };

const years: AgeRange = { before: Number.POSITIVE_INFINITY, big: year };
const ranges: readonly AgeRange[] = [
  { before: 2 * minute.seconds, big: second },
  { before: 10 * minute.seconds, big: minute, small: second },
  { before: 3 * hour.seconds, big: minute },
  { before: 8 * hour.seconds, big: hour, small: minute },
  { before: 48 * hour.seconds, big: hour },
  { before: 8 * day.seconds, big: day, small: hour },
  { before: 2 * year.seconds, big: day },
  { before: 8 * year.seconds, big: year, small: day },
];

/**
 * How long ago an RFC 3339 time was, as kubectl's tables print it: `5m12s`, `3h`, `2y40d`. A time in the future is
 * `<invalid>`, one second of clock difference aside; a text that is no time is `<unknown>`.
 */
export function age(time: string, nowMs: number): string {
  const seconds = Math.trunc((nowMs - Date.parse(time)) / 1000);
  if (Number.isNaN(seconds)) return '<unknown>';
  if (seconds < -1) return '<invalid>';
  const elapsed = Math.max(0, seconds);
  const range = ranges.find(({ before }) => elapsed < before) ?? years;
  const big = Math.floor(elapsed / range.big.seconds);
  const rest = range.small === undefined ? 0 : Math.floor((elapsed % range.big.seconds) / range.small.seconds);
  return `${big}${range.big.letter}${range.small !== undefined && rest > 0 ? `${rest}${range.small.letter}` : ''}`;
}
