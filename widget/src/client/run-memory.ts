import { isOpen, type Run } from '../state/run.js';
import type { UserStorage } from './user-storage.js';
import type { SessionInfo } from './wire.js';

const WHAT = 'runs';
const VERSION = 1;

interface Kept {
  readonly version: number;
  readonly sessionId: string;
  readonly runs: readonly Run[];
}

/** Answers under way as far as they were shown, for the next page of this tab: text and position belong together. */
export class RunMemory {
  constructor(private readonly storage: UserStorage) {}

  keep(who: SessionInfo, sessionId: string, runs: readonly Run[]): void {
    const open = runs.filter(isOpen).map((run) => ({ ...run, ahead: [] }));
    const kept: Kept = { version: VERSION, sessionId, runs: open };
    this.storage.write(who, WHAT, open.length > 0 ? JSON.stringify(kept) : null);
  }

  /** What was kept of this conversation; once. */
  take(who: SessionInfo, sessionId: string | null): readonly Run[] {
    const text = this.storage.read(who, WHAT);
    if (text === null) return [];
    this.storage.write(who, WHAT, null);
    try {
      const kept = JSON.parse(text) as Kept;
      return kept.version === VERSION && kept.sessionId === sessionId ? kept.runs : [];
    } catch {
      return [];
    }
  }
}
