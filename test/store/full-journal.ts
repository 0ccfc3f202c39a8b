import { StoreFailure } from '../../controller/store/contract.ts';
import { MemoryJournal } from '../../controller/store/memory.ts';

/** A journal on a disk that a test can fill up. */
export class FullJournal extends MemoryJournal {
  full = false;
  readonly commits: number[] = [];

  override commit(entries: Parameters<MemoryJournal['commit']>[0]): void {
    this.probe();
    this.commits.push(entries.length);
    super.commit(entries);
  }

  override probe(): undefined {
    if (this.full) throw new StoreFailure('Unavailable', 'the disk is full');
  }
}
