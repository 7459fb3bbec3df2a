import path from 'node:path';
import type { DeliveryOptions } from '../operations/write/send.js';
import type { Plan } from '../operations/write/plan-update.js';
import type { Store } from '../store/store.js';
import { completingCommand, restoringCommand } from '../view/command-line.js';
import { dataFormat } from '../view/formats.js';
import type { Context } from './context.js';
import { DEFAULT_SETTLE_MS, DEFAULT_TIMEOUT_MS } from './flags.js';
import type { Narrator } from './narrator.js';
import { waitAndTell, type WaitChoice } from './waiting.js';

/** The flags of `update` and `apply` that say how a change is carried out. */
export interface ChangeFlags {
  namespace?: string;
  context?: string;
  output?: string;
  wait?: string;
  /** Milliseconds as text, as the duration flags give them. */
  timeout?: string;
  settle?: string;
  'one-step'?: boolean;
  'dry-run'?: string;
  kubeconfig?: string;
  'data-home'?: string;
}

/** What `--wait` and `--timeout` mean on this platform. */
export function waitChoice(context: Context, flags: { wait?: string; timeout?: string }): WaitChoice {
  const goal = (flags.wait ?? context.platform.defaultWait) as WaitChoice['goal'];
  return { goal, timeoutMs: Number(flags.timeout ?? DEFAULT_TIMEOUT_MS) };
}

/** How one plan is delivered: times, narration, and what completes it should it stop half-way. */
export function deliveryOptions(
  context: Context,
  store: Store,
  plan: Plan,
  flags: ChangeFlags,
  say: Narrator,
): DeliveryOptions {
  const { timeoutMs } = waitChoice(context, flags);
  return {
    dryRun: (flags['dry-run'] ?? 'none') !== 'none',
    signal: context.signal,
    timeoutMs,
    settleMs: Number(flags.settle ?? DEFAULT_SETTLE_MS),
    completing: completingCommand(plan.before.metadata.name, plan.after.spec.strategy, flags),
    configured: (written) => waitAndTell(store, written, { goal: 'configured', timeoutMs }, context),
    keep: async (resource) => {
      const { keepManifest } = await import('../operations/write/backup.js');
      const { env } = context.io;
      return keepManifest({
        name: resource.metadata.name,
        namespace: store.where.namespace,
        text: (await dataFormat('yaml')?.one(resource)) ?? '',
        env,
        restore: (file) =>
          restoringCommand(file, {
            ...store.where,
            kubeconfig: absolute(flags.kubeconfig),
            dataHome: absolute(flags['data-home'] ?? env['SKUPPER_MKL_DATA_HOME']),
          }),
      });
    },
    narrate: (text) => say.notice(context, text),
  };
}

function absolute(given: string | undefined): string | undefined {
  return given ? path.resolve(given) : undefined;
}
