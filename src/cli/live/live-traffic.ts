import process from 'node:process';
import { Failure } from '../../model/failure.js';
import type { LiveReport } from '../../operations/traffic/measure.js';
import { renderTrafficFrame } from '../../view/live/traffic-frame.js';
import type { Context } from '../context.js';
import { styleFor } from '../terminal/io.js';
import type { KeyPress } from './key-decoder.js';
import { Screen } from './screen.js';
import { Stage } from './stage.js';

/** The interval for redrawing the age of the last reading, in milliseconds. */
const TICK_MS = 500;

/** The live screen of `traffic --watch`. */
export class LiveTraffic {
  private readonly screen = new Screen(process.stdout);
  private readonly stop = new AbortController();
  private report: LiveReport | undefined;
  private scroll = 0;
  private interrupted = false;

  constructor(
    private readonly context: Context,
    private readonly options: { place: string; namespaces: boolean },
  ) {}

  /** Aborts when a key ends the view. */
  get signal(): AbortSignal {
    return this.stop.signal;
  }

  /**
   * Shows reports until they end.
   *
   * @throws Failure `interrupted` on Ctrl-C, and what the reports throw
   */
  async run(reports: AsyncIterable<LiveReport>): Promise<void> {
    const redraw = (): void => this.screen.draw(this.compose());
    const stage = new Stage(this.context, this.screen, { press: (key) => this.press(key), redraw });
    const tick = setInterval(redraw, TICK_MS);
    stage.open();
    try {
      for await (const report of reports) {
        this.report = report;
        redraw();
      }
    } finally {
      clearInterval(tick);
      stage.close(this.report ? this.compose(true) : []);
    }
    if (this.interrupted || this.context.signal.aborted) throw new Failure('interrupted', 'interrupted');
  }

  private press({ name, ctrl }: KeyPress): void {
    this.interrupted = ctrl && name === 'c';
    if (this.interrupted || name === 'q') return this.stop.abort();
    if (name === 'down' || name === 'j') this.scroll += 1;
    else if (name === 'up' || name === 'k') this.scroll = Math.max(0, this.scroll - 1);
    else return;
    this.screen.draw(this.compose());
  }

  private compose(final = false): string[] {
    const { width, height } = this.screen.size;
    const style = styleFor(process.stdout, this.context.io.env, this.context.noColor);
    const options = { ...this.options, now: this.context.now(), width, height, scroll: this.scroll, final };
    const { lines, scroll } = renderTrafficFrame(this.report, style, options);
    this.scroll = scroll;
    return lines;
  }
}
