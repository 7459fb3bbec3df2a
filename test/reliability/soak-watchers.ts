import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';
import type { MultiKeyListener } from '../../src/model/resource.js';
import { Emulator } from '../support/emulator/emulator.js';
import { environment } from '../support/program.js';
import { idOf, shownOf, type SoakWriter } from './soak-writer.js';

const BIN = fileURLToPath(new URL('../../bin/skupper.js', import.meta.url));

/** One form of `status --watch`, and what it has shown. */
export interface Watcher {
  form: string;
  pid(): number;
  /** Lines or frames so far. */
  count(): number;
  /** What it shows that differs from what the server has now. */
  differences(): string[];
  /** What it has shown that never was. */
  invented(): string[];
  stop(): Promise<void>;
}

/** `-o json`: every event by uid and resourceVersion. */
export function jsonWatcher(kubeconfig: string, truth: SoakWriter): Watcher {
  const known = new Map<string, string>();
  const states: { type: string; id: string; uid: string }[] = [];
  const illegal: string[] = [];
  const last = new Map<string, string>();
  return inPipe(
    'pipe, -o json',
    kubeconfig,
    ['-o', 'json'],
    (line) => {
      const { type, object } = JSON.parse(line) as { type: string; object: MultiKeyListener };
      const { name, uid = '' } = object.metadata;
      const id = idOf(object);
      if (known.has(name) === (type === 'ADDED')) illegal.push(`${type} ${name}, known: ${known.has(name)}`);
      if (type === 'MODIFIED' && last.get(name) === id) illegal.push(`${type} ${id} twice`);
      states.push({ type, id, uid });
      last.set(name, id);
      if (type === 'DELETED') known.delete(name);
      else known.set(name, id);
    },
    {
      differences: () => compare(known, new Map([...truth.now].map(([name, resource]) => [name, idOf(resource)]))),
      invented: () => [
        ...illegal,
        ...states
          .filter(({ type, id, uid }) => (type === 'DELETED' ? !truth.deleted.has(uid) : !truth.states.has(id)))
          .map(({ type, id }) => `${type} ${id}`),
      ],
    },
  );
}

/** The lines for people: every name, status and count of keys. */
export function lineWatcher(kubeconfig: string, truth: SoakWriter): Watcher {
  const known = new Map<string, string>();
  const shown = new Set<string>();
  const illegal: string[] = [];
  return inPipe(
    'pipe, lines',
    kubeconfig,
    ['--no-headers'],
    (line) => {
      const [, type = '', name = '', status = '', , keys = ''] = line.split(/ +/);
      if (known.has(name) === (type === 'ADDED')) illegal.push(`${type} ${name}, known: ${known.has(name)}`);
      const text = `${status} ${counted(keys)}`;
      shown.add(`${name} ${text}`);
      if (type === 'DELETED') known.delete(name);
      else known.set(name, text);
    },
    {
      differences: () => compare(known, shownNow(truth)),
      invented: () => [...illegal, ...[...shown].filter((each) => !truth.shown.has(each))],
    },
  );
}

/** On a terminal: the rows of the frames that `look` has seen. */
export function screenWatcher(kubeconfig: string, truth: SoakWriter): Watcher & { look(): void } {
  const env = { KUBECONFIG: kubeconfig };
  const emulator = new Emulator(['mkl', 'status', '--watch'], { env, columns: 150, rows: 60 });
  const shown = new Set<string>();
  const rows = (): Map<string, string> => {
    const lines = emulator.seen.lines.filter((line) => line.includes(' weighted ') && !/deleted \d+ s ago/.test(line));
    return new Map(
      lines.map((line) => {
        const state = /\b(Ready|Pending|Error|Unknown)\b/.exec(line)?.[1];
        return [line.trim().split(/ +/)[0] ?? '', `${state} ${counted(line)}`];
      }),
    );
  };
  let frames = 0;
  let looks = 0;
  return {
    form: 'terminal',
    pid: () => emulator.pid,
    count: () => frames,
    look() {
      if (!emulator.betweenFrames) return;
      looks += 1;
      for (const [name, text] of rows()) shown.add(`${name} ${text}`);
      frames += emulator.raw.split('\u001b[?2026l').length - 1;
      // Ten minutes of frames are more than anybody needs.
      emulator.raw = '';
    },
    differences: () => {
      const header = emulator.seen.lines[0] ?? '';
      return [...(header.includes('not live') ? [header] : []), ...compare(rows(), shownNow(truth))];
    },
    invented: () => [
      ...(looks === 0 ? ['nothing: no frame was ever looked at'] : []),
      ...[...shown].filter((each) => !truth.shown.has(each)),
    ],
    async stop() {
      emulator.type('q');
      await emulator.ended.catch(() => undefined);
      emulator.close();
    },
  };
}

/** The first `2/3` in a text. */
const counted = (text: string): string => /\b\d+\/\d+\b/.exec(text)?.[0] ?? '-';

const shownNow = (truth: SoakWriter): Map<string, string> =>
  new Map([...truth.now].map(([name, resource]) => [name, shownOf(resource)]));

function compare(known: ReadonlyMap<string, string>, truth: ReadonlyMap<string, string>): string[] {
  const names = new Set([...known.keys(), ...truth.keys()]);
  const differ = [...names].filter((name) => known.get(name) !== truth.get(name));
  return differ.map((name) => `${name}: ${known.get(name)}, the server has ${truth.get(name)}`);
}

function inPipe(
  form: string,
  kubeconfig: string,
  args: readonly string[],
  take: (line: string) => void,
  checks: Pick<Watcher, 'differences' | 'invented'>,
): Watcher {
  const child: ChildProcess = spawn(process.execPath, [BIN, 'mkl', 'status', '--watch', ...args], {
    env: environment({ KUBECONFIG: kubeconfig }),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let count = 0;
  if (child.stdout)
    createInterface(child.stdout).on('line', (line) => {
      count += 1;
      take(line);
    });
  return {
    form,
    pid: () => child.pid ?? 0,
    count: () => count,
    ...checks,
    async stop() {
      const closed = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGINT');
      await closed;
    },
  };
}
