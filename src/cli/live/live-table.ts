import { isFailure, Failure } from '../../model/failure.js';
import type { Family, MultiKeyListener } from '../../model/resource.js';
import { inspect } from '../../operations/inspect.js';
import type { Member } from '../../operations/fleet.js';
import { FleetWatch } from '../../operations/fleet-watch.js';
import type { Store, WatchQuery } from '../../store/store.js';
import { applyEvent } from '../../view/live/board.js';
import { Boards } from '../../view/live/boards.js';
import {
  openHelp,
  pressInHelp,
  pressInTable,
  type Action,
  type Controls,
  type Press,
} from '../../view/live/controls.js';
import { renderFrame, renderHelp, type Frame, type FrameOptions } from '../../view/live/frame.js';
import type { LabelColumns } from '../../view/status.js';
import { renderInspectFrame } from '../../view/live/inspect-frame.js';
import type { Inspection } from '../../view/inspect/inspect.js';
import type { Style } from '../../view/style.js';
import type { Context } from '../context.js';
import { refuseUnlessLive, watchSignal } from './follow-table.js';
import { styleFor } from '../terminal/io.js';
import { PlaceWatch } from './namespace-watch.js';
import { Screen } from './screen.js';
import { Stage } from './stage.js';

/** The least time between two frames; and the interval for updating the ages, both in milliseconds. */
const FRAME_MS = 100;
const TICK_MS = 1000;
/** The facts about the surroundings are not watched: they are read again after every event, and at this interval. */
const FACTS_MS = 5000;

export interface LiveOptions extends LabelColumns {
  query: WatchQuery;
  /** Show only these resources; empty for all. */
  names: readonly string[];
  place: string;
  namespaces: boolean;
  wide: boolean;
  family: Family;
  /** Show only the inspect view of this resource; the id is `namespace/name`. */
  inspect?: { id: string; without: string[]; router?: boolean };
  /** Milliseconds; undefined: no timeout. */
  timeoutMs?: number;
}

/** The live screen of `status --watch` and `inspect --watch`. */
export class LiveScreen {
  private readonly boards: Boards;
  private readonly screen = new Screen(process.stdout);
  private readonly controls: Controls = { order: 'name', ordered: false, filter: '', typing: false, help: false };
  private readonly stop = new AbortController();
  private frame: Frame = { lines: [], ids: [] };
  private open: string | undefined;
  private scroll = 0;
  private inspection: Inspection | undefined;
  private reading = false;
  private again = false;
  private scheduled: NodeJS.Timeout | undefined;
  private drawnAt = 0;
  private outcome: 'over' | 'quit' | 'interrupted' = 'over';

  constructor(
    private readonly members: readonly Member[],
    private readonly context: Context,
    private readonly options: LiveOptions,
  ) {
    const names = members.map((member) => member.context);
    this.boards = new Boards(names, options.namespaces, context.now());
    this.open = options.inspect?.id;
  }

  /**
   * Runs until a key, a signal or the timeout ends it.
   *
   * @throws Failure `interrupted` on Ctrl-C; the joined failures of clusters that were never live
   */
  async run(): Promise<void> {
    const signal = watchSignal(this.context, this.options.timeoutMs, this.stop.signal);
    const places = new Map(this.members.map((member) => [member, new PlaceWatch(member, this.options.query)]));
    const watch = new FleetWatch(this.members);
    const redraw = (): void => this.request();
    const tick = setInterval(redraw, TICK_MS);
    const facts = setInterval(() => void this.readFacts(), FACTS_MS);
    const stage = new Stage(this.context, this.screen, { press: (key) => this.press(key), redraw });
    stage.open();
    this.draw();
    try {
      for await (const { member, event } of watch.events(this.options.query, signal)) {
        if ('object' in event && !this.wants(event.object)) continue;
        const board = this.boards.of(member.context);
        applyEvent(board, event, this.context.now());
        if ('object' in event) board.place = await places.get(member)?.after(event);
        if (this.open !== undefined && event.type !== 'LOST') void this.readFacts();
        this.request();
      }
    } finally {
      clearInterval(tick);
      clearInterval(facts);
      clearTimeout(this.scheduled);
      this.compose(true);
      // If no cluster could be read, the error is enough, and no last frame is printed.
      stage.close(watch.hopeless ? [] : this.frame.lines);
    }
    if (this.outcome === 'interrupted' || this.context.signal.aborted) throw new Failure('interrupted', 'interrupted');
    if (this.outcome === 'over') refuseUnlessLive(watch, this.members.length);
  }

  private wants(resource: MultiKeyListener): boolean {
    return this.options.names.length === 0 || this.options.names.includes(resource.metadata.name);
  }

  private press(key: Press): void {
    // A key can follow another before the next frame: it refers to the state after the earlier key, so that state is composed.
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
      this.inspection = undefined;
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

  /** Reads the facts for the inspect view, one reading at a time; if it is called meanwhile, reads once more afterwards. */
  private async readFacts(): Promise<void> {
    const id = this.open;
    const found = id === undefined ? undefined : this.boards.find(id);
    const row = found?.row;
    if (!found || !row || row.goneAt !== undefined || this.stop.signal.aborted) return;
    if (this.reading) {
      this.again = true;
      return;
    }
    this.reading = true;
    try {
      const { family } = this.options;
      const store = await this.storeOf(found.context, row.summary.namespace);
      const signal = AbortSignal.any([this.stop.signal, this.context.signal]);
      const { without = [], router } = this.options.inspect ?? {};
      const diagnosis = await inspect(store, row.resource, family, signal, router);
      if (id === this.open) this.inspection = { ...diagnosis, without, place: store.where };
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

  /** The store for the facts of a row: with --all-namespaces that of the row's namespace. */
  private async storeOf(cluster: string, namespace: string): Promise<Store> {
    const member = this.members.find(({ context }) => context === cluster);
    const store = await member?.open();
    if (store && (namespace === '' || namespace === store.where.namespace)) return store;
    return this.context.openStore(namespace, store?.where.context);
  }

  /** Schedules the next frame, unless one is already scheduled. */
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
    this.boards.prune(now);
    const board = this.boards.all();
    const { place, namespaces, wide, labels, showLabels } = this.options;
    const options = { place, namespaces, wide, labels, showLabels, now, width, height, final };
    this.frame = renderFrame(board, this.controls, style, options);
    if (this.controls.help && !final) this.frame.lines = renderHelp(board, style, options);
    else if (this.open !== undefined) this.composeInspect(this.open, style, options);
  }

  private composeInspect(id: string, style: Style, options: FrameOptions): void {
    const found = this.boards.find(id);
    if (!found) return;
    const { board, row, context } = found;
    const place = this.members.length > 1 ? context : options.place;
    const diagnosis = row && this.inspection;
    const fixed = this.options.inspect !== undefined;
    const shown = renderInspectFrame(board, { row, diagnosis, scroll: this.scroll, fixed }, style, {
      ...options,
      place,
    });
    this.scroll = shown.scroll;
    this.frame = { lines: shown.lines, ids: this.frame.ids };
  }

  private draw(): void {
    this.drawnAt = this.context.now();
    this.compose();
    this.screen.draw(this.frame.lines);
  }
}
