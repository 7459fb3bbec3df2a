import { isFailure, Failure } from '../../model/failure.js';
import type { Family, MultiKeyListener } from '../../model/resource.js';
import { inspect, type Diagnosis } from '../../operations/inspect.js';
import type { Store, WatchQuery } from '../../store/store.js';
import { applyEvent, createBoard, prune, type Board } from '../../view/live/board.js';
import {
  openHelp,
  pressInHelp,
  pressInTable,
  type Action,
  type Controls,
  type Press,
} from '../../view/live/controls.js';
import { renderFrame, renderHelp, type Frame, type FrameOptions } from '../../view/live/frame.js';
import { renderInspectFrame } from '../../view/live/inspect-frame.js';
import type { Style } from '../../view/style.js';
import type { Context } from '../context.js';
import { watchSignal } from './follow-table.js';
import { styleFor } from '../terminal/io.js';
import { PlaceWatch } from './namespace-watch.js';
import { Screen } from './screen.js';
import { Stage } from './stage.js';

/** At most ten frames a second; one a second for the ages. */
const FRAME_MS = 100;
const TICK_MS = 1000;
/** The surroundings have no watch of their own: they are read again with every event, and this often. */
const FACTS_MS = 5000;

export interface LiveOptions {
  query: WatchQuery;
  /** Only these resources. */
  names: readonly string[];
  place: string;
  namespaces: boolean;
  wide: boolean;
  family: Family;
  /** Start in the inspect view of this resource and stay there. */
  inspect?: { name: string; without: readonly string[] };
  /** Milliseconds; undefined: until a key or a signal ends it. */
  timeoutMs?: number;
}

/** The live screen of `status --watch` and `inspect --watch`. */
export class LiveScreen {
  private readonly board: Board;
  private readonly screen = new Screen(process.stdout);
  private readonly controls: Controls = { order: 'name', ordered: false, filter: '', typing: false, help: false };
  private readonly stop = new AbortController();
  private frame: Frame = { lines: [], ids: [] };
  private open: string | undefined;
  private scroll = 0;
  private diagnosis: Diagnosis | undefined;
  private reading = false;
  private again = false;
  private scheduled: NodeJS.Timeout | undefined;
  private drawnAt = 0;
  private outcome: 'quit' | 'interrupted' = 'quit';

  constructor(
    private readonly store: Store,
    private readonly context: Context,
    private readonly options: LiveOptions,
  ) {
    this.board = createBoard(context.now());
    if (options.inspect) this.open = this.idOf(options.inspect.name);
  }

  /** Runs until a key, a signal or the time ends it. Throws `interrupted` for Ctrl-C, or what the store throws at once. */
  async run(): Promise<void> {
    const signal = watchSignal(this.context, this.options.timeoutMs, this.stop.signal);
    const place = new PlaceWatch(this.store, this.options.query);
    const events = this.store.watch(this.options.query, signal);
    const redraw = (): void => this.request();
    const tick = setInterval(redraw, TICK_MS);
    const facts = setInterval(() => void this.readFacts(), FACTS_MS);
    const stage = new Stage(this.context, this.screen, {
      press: (key) => this.press(key),
      taken: redraw,
    });
    process.stdout.on('resize', redraw);
    stage.open();
    this.draw();
    try {
      for await (const event of events) {
        // A server that was never reached is no lost connection.
        if (event.type === 'LOST' && !this.board.synced) throw event.failure;
        if ('object' in event && !this.wants(event.object)) continue;
        applyEvent(this.board, event, this.context.now());
        if ('object' in event) this.board.place = await place.after(event);
        if (this.open !== undefined && event.type !== 'LOST') void this.readFacts();
        this.request();
      }
    } finally {
      clearInterval(tick);
      clearInterval(facts);
      clearTimeout(this.scheduled);
      process.stdout.off('resize', redraw);
      this.compose(true);
      // Refused at once: the error says it all.
      stage.close(this.board.synced || this.board.lost ? this.frame.lines : []);
    }
    if (this.outcome === 'interrupted' || this.context.signal.aborted) throw new Failure('interrupted', 'interrupted');
  }

  private wants(resource: MultiKeyListener): boolean {
    return this.options.names.length === 0 || this.options.names.includes(resource.metadata.name);
  }

  private idOf(name: string): string {
    return `${this.store.where.namespace}/${name}`;
  }

  private press(key: Press): void {
    // Keys typed faster than frames are drawn speak of what the keys before them led to.
    if (this.scheduled) this.compose();
    const action = this.controls.help
      ? pressInHelp(this.controls, key)
      : this.open === undefined
        ? pressInTable(this.controls, key, this.frame.ids)
        : this.pressInInspect(key);
    if (action === 'quit' || action === 'interrupt') {
      this.outcome = action === 'quit' ? 'quit' : 'interrupted';
      this.stop.abort();
    } else if (action === 'open') {
      this.open = this.controls.selected;
      this.diagnosis = undefined;
      this.scroll = 0;
      void this.readFacts();
    } else if (action === 'close') this.open = undefined;
    if (action !== 'none') this.request();
  }

  private pressInInspect(key: Press): Action {
    if (key.ctrl && key.name === 'c') return 'interrupt';
    if (key.name === 'paste') return 'none';
    if (key.name === 'q') return 'quit';
    if (key.text === '?') return openHelp(this.controls);
    if (key.name === 'escape' || key.name === 'backspace') return this.options.inspect ? 'none' : 'close';
    if (key.name === 'down' || key.name === 'j') this.scroll += 1;
    else if (key.name === 'up' || key.name === 'k') this.scroll = Math.max(0, this.scroll - 1);
    else return 'none';
    return 'redraw';
  }

  /** One reading at a time; what changes meanwhile is read once more afterwards. */
  private async readFacts(): Promise<void> {
    const row = this.open === undefined ? undefined : this.board.rows.get(this.open);
    if (!row || row.goneAt !== undefined) return;
    if (this.reading) {
      this.again = true;
      return;
    }
    this.reading = true;
    try {
      const { family } = this.options;
      const { namespace } = row.summary;
      // With --all-namespaces the surroundings of a row are those of its own namespace.
      const store =
        namespace === '' || namespace === this.store.where.namespace
          ? this.store
          : await this.context.openStore(namespace);
      const signal = AbortSignal.any([this.stop.signal, this.context.signal]);
      const diagnosis = await inspect(store, row.resource, family, signal);
      if (row.id === this.open) this.diagnosis = diagnosis;
    } catch (error) {
      if (!isFailure(error)) throw error;
    } finally {
      this.reading = false;
    }
    this.request();
    if (this.again) {
      this.again = false;
      await this.readFacts();
    }
  }

  /** A frame soon, however many events ask for one. */
  private request(): void {
    if (this.scheduled || this.stop.signal.aborted) return;
    const wait = Math.max(0, this.drawnAt + FRAME_MS - this.context.now());
    this.scheduled = setTimeout(() => {
      this.scheduled = undefined;
      this.draw();
    }, wait);
  }

  private compose(final = false): void {
    const now = this.context.now();
    const { width, height } = this.screen.size;
    const style = styleFor(process.stdout, this.context.io.env, this.context.noColor);
    prune(this.board, now);
    const { place, namespaces, wide } = this.options;
    const options = { place, namespaces, wide, now, width, height, final };
    this.frame = renderFrame(this.board, this.controls, style, options);
    if (this.controls.help && !final) this.frame.lines = renderHelp(this.board, style, options);
    else if (this.open !== undefined) this.composeInspect(style, options);
  }

  private composeInspect(style: Style, options: FrameOptions): void {
    const row = this.board.rows.get(this.open ?? '');
    const without = this.options.inspect?.without ?? [];
    const diagnosis = this.diagnosis && row ? { ...this.diagnosis, without, place: this.store.where } : undefined;
    const fixed = this.options.inspect !== undefined;
    const shown = renderInspectFrame(this.board, { row, diagnosis, scroll: this.scroll, fixed }, style, options);
    this.scroll = shown.scroll;
    this.frame = { lines: shown.lines, ids: this.frame.ids };
  }

  private draw(): void {
    this.drawnAt = this.context.now();
    this.compose();
    this.screen.draw(this.frame.lines);
  }
}
