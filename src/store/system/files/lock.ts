import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { Failure } from '../../../model/failure.js';
import { errorCode, fileSystemFailure } from '../errors.js';

const LOCK = '.skupper-mkl.lock';
/** A holder reads some files and writes one: this is far beyond it. */
const ABANDONED_MS = 60_000;
/** A dead pid alone proves little: the holder may live in a container with pids of its own. */
const DEAD_MS = 2_000;
const WAIT_MS = 30_000;

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) !== 'ESRCH';
  }
}

/**
 * Runs `work` while no other process of this program changes the same folder,
 * so that a file read in it is still the same when it is written back: POSIX
 * has no rename-if-unchanged, and Node no flock. Skupper itself takes no lock;
 * write.ts compares the file once more right before the rename for its sake.
 *
 * @param folder where the lock file goes; it must exist
 * @throws Failure `file-system` when the lock can't be written or stays taken, `interrupted`, and whatever `work` throws
 */
export async function withLock<T>(folder: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  const path = join(folder, LOCK);
  const token = newToken();
  await take(path, token, signal);
  try {
    return await work();
  } finally {
    await release(path, token);
  }
}

const ID_LENGTH = 36;
const newToken = (): string => `${process.pid} ${hostname()} ${randomUUID()}`;

async function take(path: string, token: string, signal: AbortSignal | undefined): Promise<void> {
  const deadline = Date.now() + WAIT_MS;
  while (!(await tryTake(path, token))) {
    if (signal?.aborted) throw new Failure('interrupted', 'interrupted before anything was written');
    if (Date.now() > deadline) {
      throw new Failure('file-system', `${path} has been held by another process for ${WAIT_MS / 1000} seconds`, {
        hint: 'Remove that file if no other skupper multikeylistener is running.',
      });
    }
    if (await isStale(path)) await breakLock(path);
    else await sleep(2 + Math.random() * 20);
  }
  // Of one who was killed while breaking a lock.
  if (await isStale(breakerOf(path))) await remove(breakerOf(path));
}

async function tryTake(path: string, token: string): Promise<boolean> {
  try {
    const handle = await open(path, 'wx', 0o666);
    try {
      await handle.writeFile(token);
    } catch (error) {
      // A full disk: a lock of nobody's would keep everybody out.
      await remove(path);
      throw error;
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw fileSystemFailure(error, 'created', path);
  }
}

async function isStale(path: string): Promise<boolean> {
  try {
    const found = await lstat(path);
    // Nobody of ours made it, and a named pipe would be waited for.
    if (!found.isFile()) {
      throw new Failure('file-system', `${path} is not a regular file`, { hint: 'Remove it.' });
    }
    const age = Date.now() - found.mtimeMs;
    if (age > ABANDONED_MS) return true;
    if (age <= DEAD_MS) return false;
    const [pid, host, id] = (await content(path)).split(' ');
    // Killed before it had written who it is.
    if (id?.length !== ID_LENGTH) return true;
    return host === hostname() && !isAlive(Number(pid));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw fileSystemFailure(error, 'read', path);
  }
}

const breakerOf = (path: string): string => `${path}.break`;

/** Two processes that both find the lock stale must not remove each other's new one: only one may break at a time. */
async function breakLock(path: string): Promise<void> {
  const breaker = breakerOf(path);
  if (!(await tryTake(breaker, newToken()))) {
    if (await isStale(breaker)) await remove(breaker);
    await sleep(10);
    return;
  }
  try {
    if (await isStale(path)) await remove(path);
  } finally {
    await remove(breaker);
  }
}

/** Follows no link and waits for no pipe that was put there after the look at it. */
async function content(path: string): Promise<string> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  return handle.readFile('utf8').finally(() => handle.close());
}

async function release(path: string, token: string): Promise<void> {
  const held = await content(path).catch(() => undefined);
  if (held === token) await remove(path);
}

async function remove(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw fileSystemFailure(error, 'removed', path);
  }
}
