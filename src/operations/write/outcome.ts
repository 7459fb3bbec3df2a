import { Failure, isFailure } from '../../model/failure.js';

/** Adds to a failure the names of the resources whose writes succeeded before it and are not undone. */
export function withWritten(error: unknown, written: readonly string[]): unknown {
  // The only written resource has been deleted by another client, so nothing is left.
  const deleted = isFailure(error, 'not-found') && written.length === 1;
  if (!isFailure(error) || deleted || written.length === 0) return error;
  const { code, message, causes, hint } = error;
  return new Failure(code, message, { causes, hint, cause: error, written });
}

/** Adds to a failure of the wait after a deletion that the deletion was requested. A timeout says so itself. */
export function withDeletion(error: unknown, name: string): unknown {
  if (!isFailure(error) || error.code === 'wait-timeout') return error;
  const { code, message, causes, hint } = error;
  return new Failure(code, `${message}; the deletion of ${name} was requested`, { causes, hint, cause: error });
}

/** The failure of one of several writes, with the names of the resources done before it and of those not tried. */
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
