import { watch, type FSWatcher } from 'node:fs';
import { stat } from '../../../util/files.js';

/** Time in which the several notices of one rewritten file arrive. */
const DEBOUNCE_MS = 50;

/** Wakes a loop that waits for changes. */
export class Bell {
  private rung = false;
  private wake: (() => void) | undefined;

  constructor(private readonly signal: AbortSignal) {}

  ring(): void {
    this.rung = true;
    this.wake?.();
  }

  /** Resolves shortly after a ring (or one since the last wait), after `ms` milliseconds, or at once if the signal aborts. */
  async wait(ms: number): Promise<void> {
    if (!this.rung) await this.pause(ms);
    if (this.rung) await this.settle();
    this.rung = false;
  }

  /** Resolves after the time that a program needs to rewrite a file. */
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
      // After a ring, further rings must not end the wait early.
      if (!this.rung) this.wake = done;
      this.signal.addEventListener('abort', done);
      if (this.signal.aborted) done();
    });
  }
}

/** Watches a set of folders, which may change, for notices of the file system. */
export class Watchers {
  private readonly open = new Map<string, { watcher: FSWatcher; inode: number }>();

  constructor(private readonly notice: () => void) {}

  /** Watches these folders and no others from now on. Returns true if all of them exist and are watched. */
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
    // A folder that was removed and created again, for example by a reload, needs a new watcher.
    if (this.open.get(folder)?.inode === inode && inode !== undefined) return true;
    this.drop(folder);
    if (inode === undefined) return false;
    try {
      const watcher = watch(folder, { persistent: false }, this.notice);
      watcher.on('error', () => this.drop(folder));
      this.open.set(folder, { watcher, inode });
      return true;
    } catch {
      // No watch descriptors are left, or the file system has no notices. The caller reads the folder regularly instead.
      return false;
    }
  }

  private drop(folder: string): void {
    this.open.get(folder)?.watcher.close();
    this.open.delete(folder);
  }
}
