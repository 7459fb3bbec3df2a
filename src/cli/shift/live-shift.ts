import { escapeText } from '../../model/text.js';
import type { ShiftStep, Weights } from '../../model/shift.js';
import type { ShiftEvent, Wish } from '../../operations/shift/shift.js';
import type { Press } from '../../view/live/controls.js';
import { clipped } from '../../view/live/frame.js';
import { shiftFrame, type ShiftState } from '../../view/shift.js';
import type { Context } from '../context.js';
import { Screen } from '../live/screen.js';
import { Stage } from '../live/stage.js';
import { styleFor } from '../terminal/io.js';
import type { Pacer } from './run-shift.js';

const TICK_MS = 250;
/** The end of the check command's output that is shown after the screen is closed, in characters. */
const KEPT = 4000;

const DOING: Partial<Record<ShiftEvent['type'], ShiftState['doing']>> = {
  writing: 'writing',
  written: 'settling',
  waiting: 'waiting',
  measured: 'checking',
  'turning-back': 'turning back',
};

/** The live screen of a shift and its keys: `p` pauses, `n` starts the checks at once, `a` restores the old shares, `q` stops. */
export class LiveShift implements Pacer {
  private readonly screen = new Screen(process.stdout);
  private readonly stop = new AbortController();
  private readonly redraw = (): void => this.draw();
  private readonly stage: Stage;
  private readonly tick = setInterval(this.redraw, TICK_MS);
  private readonly state: ShiftState;
  private wish: Wish | 'next' | undefined;
  private paused = false;
  private wake: () => void = () => undefined;
  private printed = '';

  constructor(
    private readonly context: Context,
    { name, present, steps }: { name: string; present: Weights; steps: readonly ShiftStep[] },
  ) {
    this.state = { name, present, steps, step: 1, doing: 'writing' };
    this.stage = new Stage(context, this.screen, { press: (key) => this.press(key), redraw: this.redraw });
    this.stage.open();
  }

  /** Aborts when a key stops the shift or turns it back, so that a wait in progress ends. */
  get signal(): AbortSignal {
    return this.stop.signal;
  }

  tell(event: ShiftEvent): void {
    const { state } = this;
    if ('step' in event) state.step = event.step;
    state.doing = DOING[event.type] ?? state.doing;
    if (event.type === 'waiting' && this.paused) state.doing = 'paused';
    if (event.type === 'writing') state.measured = undefined;
    if (event.type === 'waiting') state.until = this.context.now() + event.forMs;
    if (event.type === 'measured') state.measured = event.measured;
    if (event.type === 'checked') state.checks = event.checks;
    this.draw();
  }

  async pace(ms: number): Promise<Wish> {
    let left = ms;
    let last = this.context.now();
    while (!this.context.signal.aborted && (left > 0 || this.paused)) {
      // The wishes "stop" and "abort" stay set; "next" is cleared below after it has ended one wait.
      if (this.wish !== undefined) break;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, this.paused ? TICK_MS : Math.min(TICK_MS, left));
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      const now = this.context.now();
      if (!this.paused) left -= now - last;
      last = now;
      this.state.until = now + left;
    }
    if (this.context.signal.aborted) return 'stop';
    const { wish } = this;
    if (wish === 'stop' || wish === 'abort') return wish;
    this.wish = undefined;
    this.state.doing = 'checking';
    this.draw();
    return 'go on';
  }

  output(text: string): void {
    this.printed = (this.printed + text).slice(-KEPT);
  }

  end(): void {
    clearInterval(this.tick);
    this.stage.close(this.lines().slice(0, -2));
    const said = this.printed.trimEnd();
    if (said !== '') this.context.io.err.lines(said.split('\n').map(escapeText));
  }

  private press({ name, text, ctrl }: Press): void {
    const { state } = this;
    if (name === 'paste') return;
    if (ctrl && name === 'c') process.kill(process.pid, 'SIGINT');
    else if (text === 'p') {
      this.paused = !this.paused;
      if (this.paused && state.doing === 'waiting') state.doing = 'paused';
      else if (!this.paused && state.doing === 'paused') state.doing = 'waiting';
    } else if (text === 'n') this.wish ??= 'next';
    else if (text === 'a' || text === 'q') {
      this.wish = text === 'a' ? 'abort' : 'stop';
      this.stop.abort();
    }
    this.wake();
    this.draw();
  }

  private lines(): string[] {
    const { width, height } = this.screen.size;
    const style = styleFor(process.stdout, this.context.io.env, this.context.noColor);
    return clipped(shiftFrame(this.state, { ...style, width }, this.context.now()), style, { width, height });
  }

  private draw(): void {
    this.screen.draw(this.lines());
  }
}
