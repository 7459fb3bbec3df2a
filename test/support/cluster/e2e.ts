import { attach, type Details, type Handle } from './control-plane-handle.js';

/**
 * The control plane that e2e-setup.js started for this run; undefined where no
 * binaries could be had, and then the tests are skipped: `describeWith(plane)`.
 */
export function sharedControlPlane(): Handle | undefined {
  const text = process.env.MKL_CONTROL_PLANE;
  return text ? attach(JSON.parse(text) as Details) : undefined;
}

/** `describe` where there is a control plane, else `describe.skip`. */
export const describeWith = (plane: Handle | undefined): jest.Describe => (plane ? describe : describe.skip);
