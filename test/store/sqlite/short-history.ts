import type { HistoryLimits } from '../../../controller/store/history.ts';

/** Enough for one round of a crash test, so that compaction is part of what crashes. */
export const shortHistory: HistoryLimits = { fewest: 1000, youngMs: 0, most: 2000 };
