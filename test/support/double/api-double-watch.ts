import type { ServerResponse } from 'node:http';
import { parseSelector } from '../../../src/model/selector.js';
import type { Stored } from './api-double-rules.js';
import { Refusal } from './api-double-status.js';
import type { Change, Storage } from './api-double-storage.js';

export interface Filter {
  plural: string;
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
}

/** Whether an object is one that a list or watch of this filter shows. */
export function matcher({ namespace, labelSelector, fieldSelector }: Filter): (object: Stored) => boolean {
  const labelled = parseSelector(labelSelector ?? '');
  const name = /^metadata\.name==?(.+)$/.exec(fieldSelector ?? '')?.[1];
  return ({ metadata }) =>
    (namespace === undefined || metadata.namespace === namespace) &&
    (name === undefined || metadata.name === name) &&
    labelled(metadata.labels ?? {});
}

export interface WatchOptions {
  resourceVersion?: string;
  sendInitialEvents: boolean;
  bookmarks: boolean;
  /** The server ends the watch after so many seconds. */
  timeoutSeconds: number;
  /** False: the initial list is never ended by its bookmark, as with an old etcd. */
  endInitial: boolean;
}

/** How a watch ends when a test wants it to; `stall` stops inside a line, `again` repeats all that was sent: both stay open. */
export type Cut = 'end' | 'reset' | 'half-line' | 'gone' | 'garbage' | 'stall' | 'again';

/** One open watch of the double. */
export class Watch {
  private readonly matches: (object: Stored) => boolean;
  private readonly stopListening: () => void;
  private readonly timer: NodeJS.Timeout;
  private readonly sent: string[] = [];

  constructor(
    private readonly response: ServerResponse,
    private readonly filter: Filter,
    private readonly storage: Storage,
    options: WatchOptions,
    private readonly onEnd: (watch: Watch) => void,
  ) {
    this.matches = matcher(filter);
    this.timer = setTimeout(() => this.cut('end'), options.timeoutSeconds * 1000);
    this.stopListening = storage.onChange((change) => this.show(change));
    response.on('close', () => this.close());
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.flushHeaders();
    this.begin(options);
  }

  /** Says the current version, without an object. */
  bookmark(annotations?: Record<string, string>): void {
    const metadata = { resourceVersion: String(this.storage.current), creationTimestamp: null, annotations };
    this.write({ type: 'BOOKMARK', object: { kind: 'MultiKeyListener', apiVersion: 'skupper.io/v2alpha1', metadata } });
  }

  cut(how: Cut): void {
    if (how === 'again') return void this.response.write(this.sent.join(''));
    if (how === 'half-line' || how === 'stall') this.response.write('{"type":"MODIFIED","object":{"metadata":{"name":');
    if (how === 'stall') return;
    if (how === 'garbage') this.response.write('<html>a proxy</html>\n');
    if (how === 'gone') {
      const refusal = new Refusal(410, 'Expired', 'too old resource version');
      this.write({ type: 'ERROR', object: refusal.answer.body });
    }
    if (how === 'reset') this.response.socket?.resetAndDestroy();
    else this.response.end();
    this.close();
  }

  private begin({ resourceVersion, sendInitialEvents, bookmarks, endInitial }: WatchOptions): void {
    const fresh = resourceVersion === undefined || resourceVersion === '0';
    if (!fresh) {
      try {
        for (const change of this.storage.changesSince(resourceVersion)) this.show(change);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        this.write({ type: 'ERROR', object: error.answer.body });
        this.cut('end');
      }
      return;
    }
    for (const object of this.storage.list(this.filter.plural))
      if (this.matches(object)) this.write({ type: 'ADDED', object });
    if (sendInitialEvents && bookmarks && endInitial) this.bookmark({ 'k8s.io/initial-events-end': 'true' });
  }

  /** A selector makes ADDED of what begins to match and DELETED of what ceases to. */
  private show({ plural, type, object, before }: Change): void {
    if (plural !== this.filter.plural) return;
    const is = type !== 'DELETED' && this.matches(object);
    const was = type !== 'ADDED' && before !== undefined && this.matches(before);
    if (is) this.write({ type: was ? 'MODIFIED' : 'ADDED', object });
    else if (was) this.write({ type: 'DELETED', object });
  }

  private write(event: object): void {
    const line = `${JSON.stringify(event)}\n`;
    this.sent.push(line);
    this.response.write(line);
  }

  private close(): void {
    clearTimeout(this.timer);
    this.stopListening();
    this.onEnd(this);
  }
}
