import { readFileSync } from 'node:fs';

/** Memory that a process, this one when left out, holds in RAM; bytes. Linux only. */
export function residentBytes(pid: number | 'self' = 'self'): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
}
