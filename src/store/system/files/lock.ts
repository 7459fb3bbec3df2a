import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { Failure } from '../../../model/failure.js';
import { errorCode, fileSystemFailure } from '../errors.js';

const LOCK = '.skupper-mkl.lock';
/** A lock of this age is stale, whoever has it: a process only reads some files and writes one under the lock. */
const ABANDONED_MS = 60_000;
/** Only a lock of this age is stale because its process has ended: the process may be alive in a container with other pids. */
const DEAD_MS = 2_000;
const WAIT_MS = 30_000;

/** True unless no process on this machine has that id. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) !== 'ESRCH';
  }
}

/**
 * Runs `work` while no other process of this program changes the same folder, so that a file is unchanged between its read and
 * its write. A lock file is needed because POSIX cannot rename a file only if it is unchanged, and Node has no flock. Skupper
 * takes no lock; because of it write-file.ts compares the file again just before the rename.
 *
 * @param folder folder of the lock file; it must exist
 * @throws Failure `file-system` if the lock cannot be created or stays taken, `interrupted`, and the errors of `work`
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
  // Left behind by a process that was killed while it broke a lock.
  if (await isStale(breakerOf(path))) await remove(breakerOf(path));
}

async function tryTake(path: string, token: string): Promise<boolean> {
  try {
    const handle = await open(path, 'wx', 0o666);
    try {
      await handle.writeFile(token);
    } catch (error) {
      // For example on a full disk: a lock without an owner would block every process.
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
    // This program only creates regular files, and reading a named pipe could block.
    if (!found.isFile()) {
      throw new Failure('file-system', `${path} is not a regular file`, { hint: 'Remove it.' });
    }
    const age = Date.now() - found.mtimeMs;
    if (age > ABANDONED_MS) return true;
    if (age <= DEAD_MS) return false;
    const [pid, host, id] = (await content(path)).split(' ');
    // The process was killed before it had written its id.
    if (id?.length !== ID_LENGTH) return true;
    return host === hostname() && !isAlive(Number(pid));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw fileSystemFailure(error, 'read', path);
  }
}

const breakerOf = (path: string): string => `${path}.break`;

/**
 * Removes a stale lock. A second lock lets only one process do that at a time; otherwise two processes that both find the lock
 * stale could remove each other's new lock.
 */
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

/** Reads a lock file without following a link or blocking on a pipe, which may have replaced it after the check. */
async function content(path: string): Promise<string> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  return handle.readFile('utf8').finally(() => handle.close());
}

async function release(path: string, token: string): Promise<void> {
  const owner = await content(path).catch(() => undefined);
  if (owner === token) await remove(path);
}

async function remove(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw fileSystemFailure(error, 'removed', path);
  }
}
