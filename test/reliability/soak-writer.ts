import https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MultiKeyListener, Status } from '../../src/model/resource.js';
import { summarise } from '../../src/model/summary.js';
import type { Handle } from '../support/cluster/control-plane-handle.js';
import { statusOf } from '../support/double/fake-controller.js';

const LANES = 4;

/** What the STATUS and KEYS columns say, `-` where nobody has counted. */
export function shownOf(resource: MultiKeyListener): string {
  const { state, reachable, total } = summarise(resource);
  return `${state} ${reachable === undefined ? '-' : `${reachable}/${total}`}`;
}

export const idOf = ({ metadata }: MultiKeyListener): string =>
  `${metadata.name} ${metadata.uid} ${metadata.resourceVersion}`;

/** Changes resources on the server all the time, and knows every state that any of them ever had. */
export class SoakWriter {
  /** What the server has now. */
  readonly now = new Map<string, MultiKeyListener>();
  /** Every state there was, by name, uid and resourceVersion. */
  readonly states = new Set<string>();
  /** The same as the columns show it: name, status, keys. */
  readonly shown = new Set<string>();
  /** The uids of all that was deleted. */
  readonly deleted = new Set<string>();
  changes = 0;
  private running = true;
  private lanes: Promise<void>[] = [];
  private statuses: Status[] = [];
  private readonly agent = new https.Agent({ keepAlive: true });

  /** @param path of the collection */
  constructor(
    private readonly plane: Handle,
    private readonly path: string,
  ) {}

  /** Creates so many resources, `r00` and on. */
  async begin(count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) await this.create(`r${String(index).padStart(2, '0')}`);
    const [first] = this.now.values();
    if (!first) throw new Error('nothing was created');
    const ready = statusOf('ready', first);
    const partly = { ...ready, strategy: { weighted: { routingKeysReachable: { a: 1 } } } };
    this.statuses = [ready, partly, statusOf('configured', first)];
  }

  /** Changes them, so many times a second in all, until `stop`. */
  start(rate: number): void {
    const names = [...this.now.keys()];
    this.lanes = Array.from({ length: LANES }, (_, lane) =>
      this.work(
        names.filter((_name, index) => index % LANES === lane),
        rate / LANES,
      ),
    );
  }

  async stop(): Promise<void> {
    this.running = false;
    await Promise.all(this.lanes);
    this.agent.destroy();
  }

  /** Each resource is changed by one lane only, so that what is known of it stays in order. */
  private async work(names: readonly string[], rate: number): Promise<void> {
    const began = Date.now();
    for (let count = 0; this.running; count += 1) {
      const name = names[count % names.length] ?? '';
      // Mostly the status; now and then another resource takes the place of one.
      if (count % 10 === 9) await this.replace(name);
      else await this.report(name, this.statuses[(count + Math.floor(count / names.length)) % this.statuses.length]);
      await sleep(Math.max(0, began + ((count + 1) / rate) * 1000 - Date.now()));
    }
  }

  private async replace(name: string): Promise<void> {
    await this.request('DELETE', `/${name}`);
    this.deleted.add(this.now.get(name)?.metadata.uid ?? '');
    this.now.delete(name);
    this.changes += 1;
    await this.create(name);
  }

  private async create(name: string): Promise<void> {
    const spec = { host: name, port: 8080, strategy: { weighted: { routingKeys: { a: 1, b: 1 } } } };
    const kind = { apiVersion: 'skupper.io/v2alpha1', kind: 'MultiKeyListener' };
    this.note(await this.request('POST', '', { ...kind, metadata: { name }, spec }));
  }

  private async report(name: string, status: Status | undefined): Promise<void> {
    this.note(await this.request('PATCH', `/${name}/status`, { status }));
  }

  private note(resource: MultiKeyListener): void {
    this.now.set(resource.metadata.name, resource);
    this.states.add(idOf(resource));
    this.shown.add(`${resource.metadata.name} ${shownOf(resource)}`);
    this.changes += 1;
  }

  private request(method: string, rest: string, body?: unknown): Promise<MultiKeyListener> {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const headers = { Authorization: `Bearer ${this.plane.token}`, 'Content-Type': type };
    const options = { method, headers, ca: this.plane.ca, agent: this.agent };
    return new Promise((resolve, reject) => {
      const sent = https.request(this.plane.server + this.path + rest, options, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.on('error', reject).on('end', () => {
          if ((response.statusCode ?? 500) >= 300) reject(new Error(`${method} ${rest}: ${text}`));
          else resolve(JSON.parse(text) as MultiKeyListener);
        });
      });
      sent.on('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}
