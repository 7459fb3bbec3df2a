import https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MultiKeyListener } from '../../src/model/resource.js';
import { lines } from '../../src/store/kubernetes/watch/watch-stream.js';
import type { Handle } from '../support/cluster/control-plane-handle.js';
import { statusOf } from '../support/double/fake-controller.js';
import { FaultyProxy, isWrite, type Fault } from '../support/faults/faulty-proxy.js';
import type { Action } from '../support/faults/faulty-wire.js';
import { started, type Running } from '../support/program.js';
import { LONG } from '../support/verdict/reliability.js';
import { eventually } from '../support/emulator/emulator-cluster.js';
import { newCluster, type Cluster } from '../e2e/cluster.js';
import { ANSWERS } from './network-faults.js';

const CONTEXT = 'far-away';
const TIMEOUT_MS = 2000;
const FOR_EVER_MS = 600_000;

/** What goes wrong with a running watch. */
export interface WatchFault {
  fault: string;
  where: string;
  /** In the stream itself, with its event of that number; or with the next two connections, after this one was cut. */
  make: (event: number) => Fault;
  reconnect: boolean;
  delayMs: number;
}

const ACTIONS: Record<Action, string> = {
  reset: 'cut (RST)',
  end: 'cut (FIN)',
  delay: 'silence',
  halve: 'an end as if nothing was wrong',
  duplicate: 'sent twice',
  corrupt: 'corrupted',
};

function inStream(at: 'events' | 'event', action: Action): WatchFault {
  const where = at === 'events' ? 'between events' : 'inside an event';
  const again = action === 'duplicate' && at === 'events';
  const fault = again ? 'all that came before, once more' : ACTIONS[action];
  // Between events silence is what a watch is most of the time: it must only go on after it.
  const delayMs = at === 'events' ? 3 * TIMEOUT_MS : FOR_EVER_MS;
  return { fault, where, make: (event) => ({ at, action, event, times: 1 }), reconnect: false, delayMs };
}

function onReconnect(where: string, fault: string, parts: Fault): WatchFault {
  const make = (): Fault => ({ ...parts, times: 2 });
  return { fault, where: `reconnecting: ${where}`, make, reconnect: true, delayMs: 2 * TIMEOUT_MS };
}

const CUTS: readonly Action[] = ['reset', 'end', 'halve', 'delay', 'corrupt'];

export const WATCH_FAULTS: readonly WatchFault[] = [
  ...(Object.keys(ACTIONS) as Action[]).flatMap((action) => [inStream('events', action), inStream('event', action)]),
  ...(['reset', 'end', 'delay'] as const).map((action) =>
    onReconnect('connecting', ACTIONS[action], { at: 'connect', action }),
  ),
  ...CUTS.map((action) => onReconnect('the TLS handshake', ACTIONS[action], { at: 'tls', action })),
  ...CUTS.map((action) => onReconnect('the headers', ACTIONS[action], { at: 'headers', action })),
  ...Object.entries(ANSWERS).map(([name, answer]) => onReconnect('the answer', name, { at: 'answer', answer })),
];

export type Watching = 'create --wait' | 'wait --for ready' | 'status --watch';
export const WATCHING: readonly Watching[] = ['create --wait', 'wait --for ready', 'status --watch'];

export interface WatchCell {
  command: Watching;
  fault: WatchFault;
}

/** The short form tries every other fault with one command, in turn; the full one each with all. */
export function watchCells(): WatchCell[] {
  return WATCH_FAULTS.flatMap((fault, index) => {
    const commands = LONG ? WATCHING : index % 2 === 0 ? WATCHING.slice((index / 2) % 3).slice(0, 1) : [];
    return commands.map((command) => ({ command, fault }));
  });
}

const manifest = (name: string): object => ({
  apiVersion: 'skupper.io/v2alpha1',
  kind: 'MultiKeyListener',
  metadata: { name },
  spec: { host: name, port: 8080, strategy: { weighted: { routingKeys: { a: 1 } } } },
});

/** Runs it in a namespace and behind a proxy of its own; returns what is not as it must be. */
export async function tryWatch(plane: Handle, cell: WatchCell): Promise<string[]> {
  const cluster = await newCluster(plane);
  const proxy = await FaultyProxy.start(plane);
  const kubeconfig = await proxy.kubeconfig({ namespace: cluster.namespace, context: CONTEXT, token: plane.token });
  const run = (line: string): Running => {
    const words = [...line.split(' '), '--request-timeout', `${TIMEOUT_MS}ms`];
    return started(words, { env: { KUBECONFIG: kubeconfig } });
  };
  proxy.delayMs = cell.fault.delayMs;
  const trial = { plane, cluster, proxy, run, fault: cell.fault };
  try {
    if (cell.command === 'create --wait') return await createAndWait(trial);
    return await (cell.command === 'status --watch' ? follow(trial) : waitReady(trial));
  } finally {
    await proxy.stop();
  }
}

interface Trial {
  plane: Handle;
  cluster: Cluster;
  proxy: FaultyProxy;
  run(line: string): Running;
  fault: WatchFault;
}

/** The first change is seen; for a reconnect the connection is then cut, and what comes next meets the fault. */
async function afterFirstEvent({ cluster, proxy, fault }: Trial, initial: number): Promise<void> {
  await eventually('what exists', () => proxy.seen.some(({ watch }) => watch) && proxy.lines >= initial);
  await cluster.patch('web', { metadata: { labels: { step: 'one' } } });
  await eventually('the first event', () => proxy.lines > initial);
  // What was passed on has to arrive before the cut.
  await sleep(300);
  if (!fault.reconnect) return;
  proxy.faults.push(fault.make(0));
  proxy.cut('reset');
}

async function createAndWait(trial: Trial): Promise<string[]> {
  const { cluster, proxy, run, fault } = trial;
  if (!fault.reconnect) proxy.faults.push(watchOnly(fault.make(1)));
  const running = run('mkl create web 8080 --weighted a=1 --timeout 40s');
  await afterFirstEvent(trial, 0);
  await cluster.patch('web', { status: statusOf('configured', await cluster.get('web')) }, '/status');
  const { status, stdout, stderr } = await running.result;
  const sent = proxy.seen.filter(isWrite).length;
  return [
    ...(status === 0 ? [] : [`exit status ${status}\n${stderr}`]),
    ...(stdout === 'multikeylistener/web created\n' ? [] : [`stdout: ${stdout}`]),
    ...(stderr.includes('web is configured') ? [] : [`stderr: ${stderr}`]),
    ...(sent === 1 ? [] : [`${sent} writes`]),
  ];
}

async function waitReady(trial: Trial): Promise<string[]> {
  const { plane, cluster, proxy, run, fault } = trial;
  await plane.admin('POST', cluster.path(), manifest('web'));
  // Its events: the resource, the bookmark after it, the label, the status.
  if (!fault.reconnect) proxy.faults.push(watchOnly(fault.make(3)));
  const running = run('mkl wait web --for ready --timeout 40s');
  await afterFirstEvent(trial, 2);
  await cluster.patch('web', { status: statusOf('ready', await cluster.get('web')) }, '/status');
  const { status, stderr } = await running.result;
  return status === 0 ? [] : [`exit status ${status}\n${stderr}`];
}

interface Event {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  object: MultiKeyListener;
}

async function follow(trial: Trial): Promise<string[]> {
  const { plane, cluster, proxy, run, fault } = trial;
  const truth = await recordEvents(plane, cluster);
  for (const name of ['web', 'old']) await plane.admin('POST', cluster.path(), manifest(name));
  if (!fault.reconnect) proxy.faults.push(watchOnly(fault.make(4)));
  const running = run('mkl status --watch -o json');
  const events = (): Event[] => parsed(running.stdout());
  try {
    await afterFirstEvent(trial, 3);
    await plane.admin('DELETE', cluster.path('old'));
    await plane.admin('POST', cluster.path(), manifest('new'));
    await cluster.patch('web', { spec: { port: 9090 } });
    await plane.admin('DELETE', cluster.path('new'));
    await plane.admin('POST', cluster.path(), manifest('last'));
    const final = await held(cluster);
    const shown = (): string => [...carriedOut(events()).known.values()].map(idOf).sort().join();
    const problems: string[] = [];
    await eventually(
      'the server’s state',
      () => shown() === final,
      () => running.stderr() + running.stdout(),
    ).catch((error: unknown) => problems.push(String(error)));
    // A watch shows what it finds while it reconnects, and only then says that it has.
    await eventually('the end of the loss', () => narration(running, proxy.url).length === 0).catch(() => undefined);
    return [...problems, ...carriedOut(events()).wrong, ...truth.invented(events()), ...narration(running, proxy.url)];
  } finally {
    truth.stop();
    running.kill('SIGINT');
    await running.result;
  }
}

/** A loss names server and context and is followed by `Reconnected.`. */
function narration(running: Running, url: string): string[] {
  const lost = running.stderr().match(/^Connection lost: .*$/gm) ?? [];
  const back = running.stderr().match(/^Reconnected\.$/gm) ?? [];
  return [
    ...lost.filter((line) => !line.includes(url) || !line.includes(CONTEXT)).map((line) => `unnamed: ${line}`),
    ...(lost.length > 0 && back.length === 0 ? [`not live again: ${running.stderr()}`] : []),
  ];
}

const watchOnly = (fault: Fault): Fault => ({ ...fault, when: ({ watch }: { watch: boolean }) => watch }) as Fault;

export const idOf = ({ metadata }: MultiKeyListener): string =>
  `${metadata.name} ${metadata.uid} ${metadata.resourceVersion}`;

async function held(cluster: Cluster): Promise<string> {
  return (await Promise.all((await cluster.names()).map((name) => cluster.get(name)))).map(idOf).sort().join();
}

export function parsed(stdout: string): Event[] {
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Event);
}

/** What is left when the events are carried out one by one, and those that cannot be. */
export function carriedOut(events: readonly Event[]): { known: Map<string, MultiKeyListener>; wrong: string[] } {
  const known = new Map<string, MultiKeyListener>();
  const wrong: string[] = [];
  for (const { type, object } of events) {
    const { name, uid, resourceVersion } = object.metadata;
    const before = known.get(name)?.metadata;
    if ((before === undefined) !== (type === 'ADDED')) wrong.push(`${type} of ${name}, known: ${before !== undefined}`);
    if (type === 'MODIFIED' && before?.uid !== uid) wrong.push(`${name} is another one`);
    if (type === 'MODIFIED' && before?.resourceVersion === resourceVersion) wrong.push(`MODIFIED of ${name} twice`);
    if (type === 'DELETED') known.delete(name);
    else known.set(name, object);
  }
  return { known, wrong };
}

/** Watches the namespace past the proxy and past the program: what really happened. */
async function recordEvents(
  plane: Handle,
  cluster: Cluster,
): Promise<{ invented(events: readonly Event[]): string[]; stop(): void }> {
  const states = new Set<string>();
  const deleted = new Set<string>();
  const url = `${plane.server}${cluster.path()}?watch=1&resourceVersion=0`;
  const options = { ca: plane.ca, agent: false as const, headers: { Authorization: `Bearer ${plane.token}` } };
  const request = https.get(url, options, (response) => {
    void (async () => {
      for await (const line of lines(response)) {
        const { type, object } = JSON.parse(line) as Event;
        if (type === 'DELETED') deleted.add(object.metadata.uid ?? '');
        else states.add(idOf(object));
      }
    })().catch(() => undefined);
  });
  request.on('error', () => undefined);
  await new Promise((resolve) => request.once('response', resolve));
  const real = ({ type, object }: Event): boolean =>
    type === 'DELETED' ? deleted.has(object.metadata.uid ?? '') : states.has(idOf(object));
  return {
    invented: (events) =>
      events.filter((event) => !real(event)).map(({ type, object }) => `invented: ${type} ${idOf(object)}`),
    stop: () => request.destroy(),
  };
}
