import { writeFileSync } from 'node:fs';
import type { Handle } from '../support/cluster/control-plane-handle.js';
import { FaultyProxy, isWrite } from '../support/faults/faulty-proxy.js';
import { skupper, type Result } from '../support/program.js';
import { LONG } from '../support/verdict/reliability.js';
import { newCluster, until, type Cluster } from '../e2e/cluster.js';
import { COMMANDS, REQUEST_FAULTS, type Command, type Expected, type RequestFault } from './network-faults.js';

const CONTEXT = 'far-away';
const TIMEOUT_MS = 2000;
/** Starting the program, and a request or two that nothing is wrong with, on a busy machine. */
const SLACK_MS = 15_000;

const SPEC = { host: 'web', port: 8080, strategy: { weighted: { routingKeys: { a: 1 } } } };
const WEB = { apiVersion: 'skupper.io/v2alpha1', kind: 'MultiKeyListener', metadata: { name: 'web' }, spec: SPEC };

/** One command line that meets one fault. */
export interface Cell {
  command: Command;
  fault: RequestFault;
  expected: Expected;
}

/** The short form tries every fault with one command, mostly a write; the full one with every command. */
export function requestCells(): Cell[] {
  return REQUEST_FAULTS.flatMap((fault, index) => {
    const all = COMMANDS.flatMap((command): Cell[] => {
      const write = (command.name === 'delete' && fault.delete) || fault.write;
      const expected = command.writes ? write : fault.read;
      return expected ? [{ command, fault, expected }] : [];
    });
    return LONG ? all : all.slice(index % all.length).slice(0, 1);
  });
}

/** How many writes of `web` the server has carried out, by what it holds now. */
async function doneBy(cluster: Cluster, { name, exists, writes }: Command): Promise<number> {
  const there = (await cluster.names()).includes('web');
  if (name === 'delete') return there ? 0 : 1;
  if (!exists) return there ? 1 : 0;
  const { generation = 0 } = (await cluster.get('web')).metadata;
  return writes ? generation - 1 : 0;
}

/** Runs it in a namespace and behind a proxy of its own; returns what is not as expected. */
export async function tryRequest(plane: Handle, { command, fault, expected }: Cell): Promise<string[]> {
  const cluster = await newCluster(plane);
  if (command.exists) await plane.admin('POST', cluster.path(), WEB);
  const proxy = await FaultyProxy.start(plane);
  try {
    proxy.delayMs = TIMEOUT_MS + 700;
    proxy.faults.push(fault.make(command.main));
    const { namespace } = cluster;
    const kubeconfig = await proxy.kubeconfig({ namespace, context: CONTEXT, token: plane.token });
    const manifest = proxy.at('web.json');
    writeFileSync(manifest, JSON.stringify({ ...WEB, spec: { ...SPEC, port: 9090 } }));
    const args = ['mkl', ...command.args.map((word) => (word === 'MANIFEST' ? manifest : word))];
    if (fault.slow) args.push('--request-timeout', `${TIMEOUT_MS}ms`);
    const began = Date.now();
    const result = await skupper(args, { env: { KUBECONFIG: kubeconfig } });
    const took = Date.now() - began;
    const held = (): Promise<number> => doneBy(cluster, command);
    const done = expected.done === 'race' ? await held() : (expected.done ?? 0);
    // A request that was held up reaches the server when the program has long gone.
    if (done > 0) await until('the server has done it', () => proxy.writesDone >= done).catch(() => undefined);
    return [
      ...judge(result, expected, proxy.url),
      ...(result.status !== 0 && done > 0 && !told(result) ? ['the write was done, and it does not say so'] : []),
      // Facts are asked for before a create, and then the create: two rounds, each with its bound.
      ...(fault.slow && took > 2 * TIMEOUT_MS + SLACK_MS ? [`it took ${took} ms`] : []),
      ...differs('writes done, as the server holds it', await held(), done),
      ...differs('writes done, as the proxy saw it', proxy.writesDone, done),
      ...differs('writes sent', sentTooOften(proxy, fault), 0),
    ].map((problem) => `${problem}\n    ${result.stderr.trim().replaceAll('\n', '\n    ')}`);
  } finally {
    await proxy.stop();
  }
}

/** The program itself sends a write once; again only after 429, which says that nothing was done. */
function sentTooOften(proxy: FaultyProxy, fault: RequestFault): number {
  const most = fault.fault.startsWith('429') ? 2 : 1;
  return Math.max(0, proxy.seen.filter(isWrite).length - most);
}

const differs = (what: string, is: unknown, should: unknown): string[] =>
  is === should ? [] : [`${what}: ${String(is)}, not ${String(should)}`];

const told = ({ stderr }: Result): boolean => /it is unknown whether the \w+ of \S+ "web" was done/.test(stderr);

function judge(result: Result, expected: Expected, url: string): string[] {
  const { status, stdout, stderr } = result;
  if (expected.or?.exit === status) return judge(result, { ...expected.or, or: undefined }, url);
  const failed = expected.exit !== 0;
  return [
    ...differs('exit status', status, expected.exit),
    ...(failed ? differs('stdout', stdout, '') : []),
    ...(expected.says && !expected.says.test(stderr) ? [`it does not say ${expected.says.source}`] : []),
    ...(failed && !(stderr.includes(url) && stderr.includes(CONTEXT)) ? ['it does not name server and context'] : []),
    ...(expected.done === 'race'
      ? []
      : differs('says that the write may be done', told(result), expected.doubt ?? false)),
    ...(/^\s+at .*:\d+/m.test(stderr) ? ['a stack trace'] : []),
  ];
}

/** In a few words, for the table. */
export function outcome({ expected: { exit, doubt, done }, fault, command }: Cell): string {
  if (done === 'race') return 'fails; if done, says that it may be';
  if (exit !== 0) return doubt ? 'fails, says that the write may be done' : 'fails';
  return /once|duplicate|twice/.test(fault.fault) && !command.writes ? 'done all the same' : 'done, once';
}
