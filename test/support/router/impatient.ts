import process from 'node:process';

const NAME = 'SKUPPER_MKL_ROUTER_TIMEOUT';

/** For a router that does not answer: the environment of a program that waits a second for it, not as long as other tests. */
export const IMPATIENT = { [NAME]: '1' };

/** The same for what is asked in this process. */
export async function impatiently<T>(work: () => Promise<T>): Promise<T> {
  const before = process.env[NAME];
  process.env[NAME] = '1';
  try {
    return await work();
  } finally {
    process.env[NAME] = before;
  }
}
