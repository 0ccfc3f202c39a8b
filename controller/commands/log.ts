import { type Logger, pino } from 'pino';

/** The members under which a secret could reach a line by mistake; they are cut out wherever they stand. */
const redacted = [
  'password',
  'SecretString',
  'SecretBinary',
  'authorization',
  'Authorization',
  'token',
  'sessionToken',
  'UserData',
  'environment',
  'env',
];

/** One JSON line per event on standard error: a constant message, data beside it. */
export function logger(level: string): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: label => ({ level: label }) },
      redact: { paths: redacted.flatMap(name => [name, `*.${name}`, `*.*.${name}`]), censor: '***' },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}
