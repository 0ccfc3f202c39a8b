import type { TransportLimits } from './listener.ts';

/** Everything that keeps one client, or all together, from using the server up. */
export interface ApiLimits extends TransportLimits {
  readonly headers: number;
  /** Requests that may be worked on at the same time; more are told to come back. */
  readonly reads: number;
  readonly writes: number;
  readonly watches: number;
  /** Requests per second of one caller, and how many may come at once. */
  readonly requestsPerSecond: number;
  readonly requestBurst: number;
  /** Failed authentications per minute of one client address, before their answer becomes 429. */
  readonly failedLoginsPerMinute: number;
  readonly objectBytes: number;
}

/**
 * Limits that people and their tools do not notice. Requests per second are more than a careful server would grant
 * (50, 100 at once): kubectl itself sends up to 200 a second and would take three times as long to apply 700 objects,
 * and clients that do not retry would fail. What protects the process is how many requests may be open at once.
 */
export const defaultLimits: ApiLimits = {
  total: 640,
  unprovenPerAddress: 256,
  bodyBytes: 1024 * 1024,
  headerBytes: 16 * 1024,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  headers: 100,
  reads: 200,
  writes: 50,
  watches: 500,
  requestsPerSecond: 500,
  requestBurst: 1000,
  failedLoginsPerMinute: 5,
  objectBytes: 256 * 1024,
};
