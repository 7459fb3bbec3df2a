import { Failure, isFailure } from '../../model/failure.js';

/** A failure after writes that succeeded, with the names of the resources that were written and stay. */
export function withWritten(error: unknown, written: readonly string[]): unknown {
  // The one that was written has been deleted by somebody else.
  const deleted = isFailure(error, 'not-found') && written.length === 1;
  if (!isFailure(error) || deleted || written.length === 0) return error;
  const { code, message, causes, hint } = error;
  return new Failure(code, message, { causes, hint, cause: error, written });
}

/** The failure of one of several writes, with what was done before it and what was not tried. */
export function halfDone(error: Failure, name: string, done: readonly string[], left: readonly string[]): Failure {
  return new Failure(error.code, error.message, {
    causes: [
      ...error.causes,
      { field: name, message: 'was not written' },
      { field: 'done', message: done.join(', ') || 'none' },
      ...(left.length > 0 ? [{ field: 'not tried', message: left.join(', ') }] : []),
    ],
    hint: error.hint,
    cause: error,
  });
}
