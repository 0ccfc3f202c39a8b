import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../../controller/server/audit/audit.ts';
import { auditFile } from '../../../controller/server/audit/audit-file.ts';

function entry(requestId: string): AuditEntry {
  return {
    time: '2026-01-01T00:00:00Z',
    requestId,
    user: 'admin',
    address: '127.0.0.1',
    userAgent: 'kubectl',
    verb: 'create',
    resource: 'configmaps',
    outcome: 'done',
    code: 201,
  };
}

describe('audit file', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'audit-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('keeps every line in order, readable by the owner only, and appends to what is there', async () => {
    const path = join(folder, 'audit.log');
    const first = await auditFile(path);
    await Promise.all(['a', 'b', 'c'].map(id => first.append(entry(id))));
    await first.close();
    const second = await auditFile(path);
    await second.append(entry('d'));
    await second.close();

    const lines = (await readFile(path, 'utf8')).trim().split('\n');

    expect(lines.map(line => JSON.parse(line).requestId)).toEqual(['a', 'b', 'c', 'd']);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('rotates at its size without losing a line and keeps a bounded number of files', async () => {
    const path = join(folder, 'audit.log');
    const file = await auditFile(path, 1, 2);
    for (const id of ['a', 'b', 'c', 'd']) await file.append(entry(id));
    await file.close();

    const names = (await readdir(folder)).sort();
    const kept = await Promise.all(names.map(name => readFile(join(folder, name), 'utf8')));

    expect(names).toEqual(['audit.log.1', 'audit.log.2']);
    expect(kept.map(text => JSON.parse(text).requestId)).toEqual(['d', 'c']);
  });

  it('fails the append when the line cannot be kept', async () => {
    const file = await auditFile(join(folder, 'audit.log'));
    await file.append(entry('a'));
    await file.close();
    await expect(file.append(entry('b'))).rejects.toThrow();
  });
});
