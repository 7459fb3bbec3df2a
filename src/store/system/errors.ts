import { Failure } from '../../model/failure.js';
import { systemWords } from '../../util/files.js';

const REASONS: Readonly<Record<string, { why: string; hint?: string }>> = {
  EACCES: { why: 'permission denied', hint: 'Run as the user that owns the site, or give this user access.' },
  EPERM: { why: 'operation not permitted', hint: 'Run as the user that owns the site.' },
  EROFS: { why: 'the file system is read-only' },
  ENOSPC: { why: 'no space is left on the device', hint: 'Free some space and try again.' },
  EDQUOT: { why: 'the disk quota is used up', hint: 'Free some space and try again.' },
  ENAMETOOLONG: { why: 'the path is too long' },
  EMFILE: { why: 'too many open files' },
  ENFILE: { why: 'too many files are open in the system' },
  ENOTDIR: { why: 'a part of the path is not a directory' },
  EISDIR: { why: 'it is a directory' },
  ELOOP: { why: 'it is a symbolic link, or there are too many levels of symbolic links' },
  ENOENT: { why: 'it does not exist' },
  ETXTBSY: { why: 'it is in use' },
  EBUSY: { why: 'it is in use' },
  EIO: { why: 'the device reported an input/output error' },
};

/** The `code` of a Node system error, or undefined for anything else. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** The Failure `file-system` for an error of node:fs; a Failure is returned unchanged. `action` is a participle: "read". */
export function fileSystemFailure(error: unknown, action: string, path: string): Failure {
  if (error instanceof Failure) return error;
  const code = errorCode(error);
  const reason = code === undefined ? undefined : REASONS[code];
  const why = reason?.why ?? systemWords(error) ?? (error instanceof Error ? error.message : String(error));
  return new Failure('file-system', `${path} cannot be ${action}: ${why}`, {
    ...(reason?.hint === undefined ? {} : { hint: reason.hint }),
    cause: error,
  });
}

/** Runs `work` and turns its errors into a Failure `file-system` that names the path; see fileSystemFailure. */
export async function guarded<T>(action: string, path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw fileSystemFailure(error, action, path);
  }
}
