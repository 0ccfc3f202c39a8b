import { describe, expect, it } from 'vitest';
import { type AuditEntry, auditTrail } from '../../../controller/server/audit/audit.ts';

const entry: AuditEntry = {
  time: '2026-01-01T00:00:00Z',
  requestId: 'r1',
  user: 'admin',
  address: '127.0.0.1',
  userAgent: 'kubectl',
  verb: 'create',
  resource: 'jobdefinitions.batchwright.dev',
  outcome: 'done',
  code: 201,
};

describe('audit trail', () => {
  it('hands entries to the append function', async () => {
    const kept: AuditEntry[] = [];
    const trail = auditTrail(
      line => {
        kept.push(line);
      },
      () => 0,
      () => undefined,
    );
    await trail.record(entry);
    expect({ kept, blocked: trail.blocked() }).toEqual({ kept: [entry], blocked: undefined });
  });

  it('refuses writes while the log fails, lets one through after a while, and recovers with it', async () => {
    let now = 0;
    let full = true;
    const problems: string[] = [];
    const trail = auditTrail(
      () => {
        if (full) throw new Error('disk full');
      },
      () => now,
      message => problems.push(message),
    );

    await trail.record(entry);
    const atOnce = trail.blocked();
    now = 5_000;
    const probe = trail.blocked();
    const behindProbe = trail.blocked();
    full = false;
    await trail.record(entry);

    expect(problems).toEqual(['disk full']);
    expect(atOnce).toMatch(/audit log cannot be written/);
    expect({ probe, second: typeof behindProbe, after: trail.blocked() }).toEqual({
      probe: undefined,
      second: 'string',
      after: undefined,
    });
  });
});
