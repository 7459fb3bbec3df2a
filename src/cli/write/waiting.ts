import type { MultiKeyListener } from '../../model/resource.js';
import { summarise } from '../../model/summary.js';
import type { Store } from '../../store/store.js';
import { formatSeconds } from '../../view/age.js';
import { signsFor } from '../../view/style.js';
import { cut, escapeText } from '../../view/text.js';
import { untilReloaded } from '../../operations/wait/router.js';
import { waitFor } from '../../operations/wait/wait.js';
import type { Goal } from '../../operations/wait/goals.js';
import type { Context } from '../context.js';

const FRAME_MS = 100;

/** A status line that is redrawn on a terminal during a wait; prints nothing in a pipe. */
class Spinner {
  private text = '';
  private frame = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly context: Context,
    private readonly describe: () => string,
  ) {
    const { err, env } = context.io;
    if (err.style.terminal && env['TERM'] !== 'dumb') this.timer = setInterval(() => this.draw(), FRAME_MS);
  }

  say(text: string): void {
    this.text = text;
  }

  stop(): void {
    if (!this.timer) return;
    clearInterval(this.timer);
    this.timer = undefined;
    this.context.io.err.write('\r\u001b[K');
  }

  private draw(): void {
    const { err } = this.context.io;
    const signs = signsFor(err.style).spinner;
    this.frame = (this.frame + 1) % signs.length;
    const line = `${signs[this.frame]} ${this.describe()}${this.text ? ` · ${this.text}` : ''}`;
    err.write(`\r\u001b[K${cut(escapeText(line), err.style.width - 1, signsFor(err.style).cut)}`);
  }
}

/** A clause about the reachable routing keys of the resource, appended to the result of the wait; may be empty. */
function servingNow(resource: MultiKeyListener): string {
  const row = summarise(resource);
  if (row.state === 'Ready') return row.degraded ? `, ${row.reachable} of ${row.total} routing keys reachable` : '';
  // Right after a create the status has no strategy, because Skupper has not counted the reachable keys yet.
  if (row.reachable === 0 && resource.status?.strategy) {
    return `; not serving yet: no connector for ${row.keys.slice(0, 5).join(', ')}`;
  }
  return row.message && row.message !== 'OK' ? `; not serving yet: ${row.message}` : '';
}

/**
 * Waits until a written resource reaches the goal, and reports the result on stderr. Returns the resource as it is then.
 * Throws what `waitFor` throws.
 */
export async function waitAndTell(
  store: Store,
  written: MultiKeyListener,
  goal: Goal,
  timeoutMs: number,
  context: Context,
  signal: AbortSignal,
): Promise<MultiKeyListener> {
  const name = written.metadata.name;
  const started = context.now();
  const waited = (): number => context.now() - started;
  const spinner = new Spinner(
    context,
    () => `waiting until ${name} is ${goal} · ${formatSeconds(waited())} of ${formatSeconds(timeoutMs)}`,
  );
  try {
    const [reached = written] = await waitFor(store, { names: [name], written }, [{ kind: goal }], {
      timeoutMs,
      signal,
      routers: context.platform.family === 'kubernetes',
      onWaiting: (why) => spinner.say(why),
      onLost: (why) => spinner.say(`${why}; trying again`),
    });
    spinner.stop();
    const { style } = context.io.err;
    const line = `${name} is ${goal} (${formatSeconds(waited())})${servingNow(reached)}`;
    context.io.err.lines([`${style.good(signsFor(style).check)} ${escapeText(line)}`]);
    return reached;
  } finally {
    spinner.stop();
  }
}

/**
 * Waits after a reload until the router of the site is back and uses the written specs, and reports the result on stderr. If
 * the router cannot be asked it does not wait. Throws what `untilReloaded` throws.
 */
export async function waitForReload(
  store: Store,
  names: readonly string[],
  timeoutMs: number,
  context: Context,
): Promise<void> {
  const started = context.now();
  const waited = (): string => formatSeconds(context.now() - started);
  const spinner = new Spinner(
    context,
    () => `waiting until the router is back · ${waited()} of ${formatSeconds(timeoutMs)}`,
  );
  try {
    const { signal } = context;
    const end = await untilReloaded(store, names, { timeoutMs, signal, onWaiting: (why) => spinner.say(why) });
    spinner.stop();
    const { err } = context.io;
    const used = `the router is back and uses ${names.join(', ')} (${waited()})`;
    if (end.state === 'used') err.lines([`${err.style.good(signsFor(err.style).check)} ${escapeText(used)}`]);
    if (end.state === 'unknown') err.lines([escapeText(`Not checked: ${end.why}`)]);
  } finally {
    spinner.stop();
  }
}
