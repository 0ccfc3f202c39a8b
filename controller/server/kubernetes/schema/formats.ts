import { isIPv4, isIPv6 } from 'node:net';
import type { Json } from '../../../model/json.ts';

/**
 * The `format` words that are checked: true for a value that fits, and for one of a JSON type the format is not about.
 * Other words only document.
 */
export const formats: ReadonlyMap<string, (value: Json) => boolean> = new Map([
  ['int32', number(value => value >= -(2 ** 31) && value < 2 ** 31)],
  ['int64', number(value => Number.isSafeInteger(value))],
  ['byte', text(value => /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/u.test(value))],
  ['date', text(value => /^\d{4}-\d{2}-\d{2}$/u.test(value) && isDay(value))],
  ['date-time', text(isTime)],
  ['uuid', text(value => /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/iu.test(value))],
  ['ipv4', text(isIPv4)],
  ['ipv6', text(isIPv6)],
]);

function number(fits: (value: number) => boolean): (value: Json) => boolean {
  return value => typeof value !== 'number' || fits(value);
}

function text(fits: (value: string) => boolean): (value: Json) => boolean {
  return value => typeof value !== 'string' || fits(value);
}

function isDay(day: string): boolean {
  const at = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day);
}

function isTime(value: string): boolean {
  const parts = /^(\d{4}-\d{2}-\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(?:[Zz]|[+-](\d{2}):(\d{2}))$/u.exec(value);
  if (parts === null) return false;
  const [, day = '', hour, minute, second, offsetHour = '0', offsetMinute = '0'] = parts;
  const inRange = Number(hour) < 24 && Number(minute) < 60 && Number(second) <= 60;
  return isDay(day) && inRange && Number(offsetHour) < 24 && Number(offsetMinute) < 60;
}
