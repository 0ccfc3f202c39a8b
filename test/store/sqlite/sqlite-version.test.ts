import { describe, expect, it } from 'vitest';
import { requireSafeSqlite } from '../../../controller/store/sqlite/sqlite-version.ts';

describe('requireSafeSqlite', () => {
  it.each(['3.51.3', '3.51.10', '3.53.4', '4.0.0', process.versions.sqlite ?? 'none'])('takes %s', version => {
    expect(() => requireSafeSqlite(version)).not.toThrow();
  });

  it.each(['3.51.2', '3.50.7', '3.9.9', '2.99.99', '3.51', 'none', ''])('refuses %j', version => {
    expect(() => requireSafeSqlite(version)).toThrow(/SQLite 3\.51\.3 or newer is needed/);
  });
});
