/** One line of the audit log: a write, or a request that was refused. It names objects and holds no content of them. */
export interface AuditEntry {
  readonly time: string;
  readonly requestId: string;
  /** Empty when the caller is not known. */
  readonly user: string;
  readonly address: string;
  readonly userAgent: string;
  readonly verb: string;
  /** `plural.group` or, for core resources, only the plural; the path for requests that name no resource. */
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly dryRun?: true;
  /** `denied`: authentication, authorization or a rule about who may change what. `failed`: everything else that went wrong. */
  readonly outcome: 'done' | 'denied' | 'failed';
  readonly code: number;
  readonly reason?: string;
  /** Content hash and resourceVersion of the object before and after the write. */
  readonly before?: string;
  readonly after?: string;
  /** How many objects were changed, where it was more than one. */
  readonly objects?: number;
}

/** Takes one entry and settles when it is kept, or throws. */
export type AppendAudit = (entry: AuditEntry) => Promise<void> | void;

/** What the server asks of the audit log. */
export interface AuditTrail {
  /** Keeps an entry. A failure is reported, not thrown: the change it tells of has already happened. */
  record(entry: AuditEntry): Promise<void>;
  /** Why writes must wait, or undefined when the log works. */
  blocked(): string | undefined;
}

/** While the log fails, one write in this time is let through to find out whether it works again. */
const probeEveryMs = 5_000;

/**
 * An audit trail over an append function: after an entry could not be kept, writes are refused until one can be kept
 * again, and `onProblem` is told.
 */
export function auditTrail(append: AppendAudit, now: () => number, onProblem: (message: string) => void): AuditTrail {
  let failedAt: number | undefined;
  return {
    async record(entry) {
      try {
        await append(entry);
        failedAt = undefined;
      } catch (error) {
        failedAt = now();
        onProblem(error instanceof Error ? error.message : String(error));
      }
    },
    blocked() {
      if (failedAt === undefined) return undefined;
      if (now() - failedAt >= probeEveryMs) {
        failedAt = now();
        return undefined;
      }
      return 'the audit log cannot be written, so changes are refused; see the log of the process';
    },
  };
}
