import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { environment } from '../support/program.js';

const BIN = fileURLToPath(new URL('../../bin/skupper.js', import.meta.url));
const PTY = fileURLToPath(new URL('../support/emulator/emulator.py', import.meta.url));
const FRAME_END = '\u001b[?2026l';

/** What one form of the watch says of the server's state at last. */
export interface Watcher {
  name: string;
  pid: number;
  /** Frames or lines so far. */
  count: number;
  /** The differences to the server's state: state and keys by name. None when all is right. */
  differences(state: ReadonlyMap<string, string>): string[];
  stop(): Promise<void>;
}

/** On a terminal whose frames are counted and, but for the last one, thrown away. */
export async function onTerminal(kubeconfig: string): Promise<Watcher> {
  const words = [PTY, '120', '40', process.execPath, BIN, 'mkl', 'status', '--watch'];
  const child = spawn('python3', words, {
    env: environment({ KUBECONFIG: kubeconfig }),
    stdio: ['pipe', 'pipe', 'inherit', 'pipe'],
  });
  // Only lines that changed are sent: the last header and the last foot are kept.
  let [last, header, foot] = ['', '', ''];
  const watcher: Watcher = {
    name: 'terminal',
    pid: 0,
    count: 0,
    differences(state) {
      const expected = feet(state);
      const text = header + foot;
      const missing = [`· ${state.size} `, ...expected].filter((part) => !text.includes(part));
      return [...missing, ...(text.includes('not live') ? ['it is not live'] : [])];
    },
    stop: () => ended(child, () => child.stdin?.write('{"keys":"q"}\n')),
  };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    watcher.count += text.split(FRAME_END).length - 1;
    last = (last + text).slice(-10_000);
    const sent = last.replace(/\u001b\[[0-9;]*m/g, '').split('\u001b[');
    header = sent.findLast((line) => line.includes(' multikeylisteners · ')) ?? header;
    foot = sent.findLast((line) => / serving · .* error/.test(line)) ?? foot;
  });
  const [line] = (await lines(child.stdio[3] as Readable, 1)) as [string];
  watcher.pid = (JSON.parse(line) as { pid: number }).pid;
  return watcher;
}

/** The foot of the frame for such a state. */
function feet(state: ReadonlyMap<string, string>): string[] {
  const all = [...state.values()];
  const count = (text: string): number => all.filter((each) => each === text).length;
  return [`${count('Ready 2/2')} serving`, `${count('Ready 1/2')} degraded`, `${count('Pending 0/2')} pending`];
}

/** In a pipe: its lines alone must lead to what the server has. */
export function inPipe(kubeconfig: string): Watcher {
  const child = spawn(process.execPath, [BIN, 'mkl', 'status', '--watch', '--no-headers'], {
    env: environment({ KUBECONFIG: kubeconfig }),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const known = new Map<string, string>();
  const wrong: string[] = [];
  const watcher: Watcher = {
    name: 'pipe',
    pid: child.pid ?? 0,
    count: 0,
    differences(state) {
      const names = new Set([...known.keys(), ...state.keys()]);
      const differ = [...names].filter((name) => known.get(name) !== state.get(name));
      return [...wrong, ...differ.map((name) => `${name}: ${known.get(name)}, the server has ${state.get(name)}`)];
    },
    stop: () => ended(child, () => child.kill('SIGINT')),
  };
  createInterface(child.stdout).on('line', (line) => {
    watcher.count += 1;
    const [, event = '', name = '', status = '', , keys = ''] = line.split(/ +/);
    const exists = known.has(name);
    if (exists === (event === 'ADDED')) wrong.push(`${event} ${name}, which ${exists ? 'exists' : 'does not exist'}`);
    if (event === 'DELETED') known.delete(name);
    else known.set(name, `${status} ${keys}`);
  });
  return watcher;
}

async function lines(stream: Readable, count: number): Promise<string[]> {
  const found: string[] = [];
  for await (const line of createInterface(stream)) {
    found.push(line);
    if (found.length === count) break;
  }
  return found;
}

async function ended(child: ChildProcess, end: () => void): Promise<void> {
  const closed = new Promise((resolve) => child.once('close', resolve));
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  end();
  await closed;
  clearTimeout(timer);
}
