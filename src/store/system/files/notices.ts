import { watch, type FSWatcher } from 'node:fs';
import { stat } from '../../../util/files.js';

/** A rewrite of one file comes as several notices. */
const DEBOUNCE_MS = 50;

/** Lets a loop sleep until there is something to look at. */
export class Bell {
  private rung = false;
  private wake: (() => void) | undefined;

  constructor(private readonly signal: AbortSignal) {}

  ring(): void {
    this.rung = true;
    this.wake?.();
  }

  /** Resolves a moment after a ring (also one since the last wait), after `ms`, or at once when the signal aborts. */
  async wait(ms: number): Promise<void> {
    if (!this.rung) await this.pause(ms);
    if (this.rung) await this.settle();
    this.rung = false;
  }

  /** Resolves after the moment that a rewrite takes. */
  settle(): Promise<void> {
    return this.pause(DEBOUNCE_MS);
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.signal.removeEventListener('abort', done);
        this.wake = undefined;
        resolve();
      };
      const timer = setTimeout(done, ms);
      // Once it has rung, more rings don't cut the moment short.
      if (!this.rung) this.wake = done;
      this.signal.addEventListener('abort', done);
      if (this.signal.aborted) done();
    });
  }
}

/** The file system's notices for a changing set of folders. */
export class Watchers {
  private readonly open = new Map<string, { watcher: FSWatcher; inode: number }>();

  constructor(private readonly notice: () => void) {}

  /** Watches exactly these folders from now on; true when each of them exists and is watched. */
  async follow(folders: readonly string[]): Promise<boolean> {
    for (const folder of this.open.keys()) if (!folders.includes(folder)) this.drop(folder);
    const watched = await Promise.all(folders.map((folder) => this.followOne(folder)));
    return watched.every(Boolean);
  }

  close(): void {
    for (const folder of [...this.open.keys()]) this.drop(folder);
  }

  private async followOne(folder: string): Promise<boolean> {
    const inode = (await stat(folder).catch(() => undefined))?.ino;
    // A folder that was removed and made anew (a reload may) needs a new watcher.
    if (this.open.get(folder)?.inode === inode && inode !== undefined) return true;
    this.drop(folder);
    if (inode === undefined) return false;
    try {
      const watcher = watch(folder, { persistent: false }, this.notice);
      watcher.on('error', () => this.drop(folder));
      this.open.set(folder, { watcher, inode });
      return true;
    } catch {
      // No watch descriptors left, or a file system without notices: looking now and then must do.
      return false;
    }
  }

  private drop(folder: string): void {
    this.open.get(folder)?.watcher.close();
    this.open.delete(folder);
  }
}
