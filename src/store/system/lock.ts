import { randomUUID } from 'node:crypto';
import { open, readFile, stat, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { Failure } from '../../model/failure.js';
import { errorCode, fileSystemFailure } from './errors.js';

const LOCK = '.skupper-mkl.lock';
/** A holder reads some files and writes one: this is far beyond it. */
const ABANDONED_MS = 60_000;
/** A dead pid alone proves little: the holder may live in a container with pids of its own. */
const DEAD_MS = 2_000;
const WAIT_MS = 10_000;

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
  const token = `${process.pid} ${hostname()} ${randomUUID()}`;
  await take(path, token, signal);
  try {
    return await work();
  } finally {
    await release(path, token);
  }
}

async function take(path: string, token: string, signal: AbortSignal | undefined): Promise<void> {
  const deadline = Date.now() + WAIT_MS;
  while (!(await tryTake(path, token))) {
    if (signal?.aborted) throw new Failure('interrupted', 'interrupted before anything was written');
    if (Date.now() > deadline) {
      throw new Failure('file-system', `${path} has been held by another process for ${WAIT_MS / 1000} seconds`, {
        hint: 'Remove that file if no other skupper multikeylistener runs.',
      });
    }
    if (await isStale(path)) await breakLock(path);
    else await sleep(2 + Math.random() * 20);
  }
}

async function tryTake(path: string, token: string): Promise<boolean> {
  try {
    const handle = await open(path, 'wx', 0o666);
    await handle.writeFile(token).finally(() => handle.close());
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw fileSystemFailure(error, 'created', path);
  }
}

async function isStale(path: string): Promise<boolean> {
  try {
    const age = Date.now() - (await stat(path)).mtimeMs;
    if (age > ABANDONED_MS) return true;
    const [pid, host] = (await readFile(path, 'utf8')).split(' ');
    return age > DEAD_MS && host === hostname() && !isAlive(Number(pid));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw fileSystemFailure(error, 'read', path);
  }
}

/** Two processes that both find the lock stale must not remove each other's new one: only one may break at a time. */
async function breakLock(path: string): Promise<void> {
  const breaker = `${path}.break`;
  if (!(await tryTake(breaker, String(process.pid)))) {
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

async function release(path: string, token: string): Promise<void> {
  const held = await readFile(path, 'utf8').catch(() => undefined);
  if (held === token) await remove(path);
}

async function remove(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw fileSystemFailure(error, 'removed', path);
  }
}
