import { Failure } from '../../model/failure.js';
import { reloadCommand } from '../../operations/wait/failures.js';
import type { ReloadTold } from '../../operations/write/work.js';
import type { Store } from '../../store/store.js';
import type { Context } from '../context.js';
import type { Ended } from '../handover/run-other.js';

export interface ReloadFlags {
  reload?: boolean;
  'dry-run'?: string;
  'data-home'?: string;
}

const wordsFor = ({ where }: Store): string[] => ['system', 'reload', '-n', where.namespace, '-p', where.platform];

/**
 * Checks before any write that --reload is possible.
 *
 * @throws Failure `usage` on a platform without reloads (Kubernetes), `preflight` if no other skupper is on the PATH
 */
export async function checkReload(context: Context, flags: ReloadFlags): Promise<void> {
  if (!flags.reload) return;
  const { name, lacks } = context.platform;
  if (lacks.includes('reload')) {
    throw new Failure('usage', `--reload cannot be used with --platform ${name}`, {
      causes: [{ field: '--reload', message: `not needed on platform ${name}: the controller applies every change` }],
    });
  }
  if ((flags['dry-run'] ?? 'none') !== 'none') return;
  await refuseWithoutOther();
  if (flags['data-home'] ?? context.io.env['SKUPPER_MKL_DATA_HOME']) {
    context.io.err.lines(["Note: skupper system reload ignores --data-home and uses Skupper's own data home."]);
  }
}

/** Throws `preflight` if no other skupper is on the PATH. */
async function refuseWithoutOther(): Promise<void> {
  const { lookForOther } = await import('../handover/look.js');
  const { found, passedOver } = lookForOther(['system', 'reload']);
  if (found !== undefined) return;
  throw new Failure('preflight', "--reload needs Skupper's own skupper command, which is not on the PATH", {
    causes: passedOver.map(({ file, why }) => ({ field: file, message: why })),
    hint: 'Nothing was written. Install it, or omit --reload and apply the change yourself.',
  });
}

/** The result if the other skupper has disappeared since `checkReload`. */
const GONE: Ended = { status: null, signal: null, error: Object.assign(new Error(), { code: 'ENOENT' }) };

/**
 * Runs `skupper system reload -n NAMESPACE -p PLATFORM` with the other skupper; its output goes to our stderr.
 *
 * @param told the sentences about the state and the next command, for the error
 * @throws Failure `partial` if the reload fails, `interrupted` on Ctrl-C
 */
export async function reload(context: Context, store: Store, told: ReloadTold): Promise<void> {
  const words = wordsFor(store);
  const { lookForOther } = await import('../handover/look.js');
  const { runOther } = await import('../handover/handover.js');
  context.io.err.lines([`Running ${reloadCommand(store.where)}`]);
  const { found } = lookForOther(words);
  const { status, signal, error } = found === undefined ? GONE : await runOther(found, words);
  if (status === 0) return;
  const why = error
    ? `could not be run (${error.code})`
    : signal
      ? `was killed by ${signal}`
      : `failed with exit status ${status}`;
  const code = context.signal.aborted ? 'interrupted' : 'partial';
  throw new Failure(code, `${reloadCommand(store.where)} ${why}: ${told.holds}`, { hint: told.next });
}
