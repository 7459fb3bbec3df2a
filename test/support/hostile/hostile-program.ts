import { writeFileSync } from 'node:fs';
import { jsonText } from '../../../src/model/text.js';
import { hostileServer, type HostileServer } from './hostile-server.js';
import type { Tally } from './hostile-tally.js';
import { harmIn, type Sender } from './hostile-text.js';
import { hasTerminal, onTerminal, skupper, temporaryFolder, type Typing } from '../program.js';
import { LONG } from '../verdict/reliability.js';

/** For the files of one suite; to be removed by it. */
export const folder = temporaryFolder();

/** One command line of the built program. */
export interface Run {
  args: string[];
  env?: Record<string, string>;
  typing?: Typing[];
  sender?: Sender;
}

/** No argument, variable or file name holds a NUL or half a character. */
export const word = (text: string): string => text.replaceAll('\0', '').toWellFormed().replaceAll('\ufffd', '');
export const words = (line: string, ...more: string[]): string[] => [...line.split(' '), ...more.map(word)];

type Shown = Promise<{ stdout: string; stderr: string; screen?: string }>;

let looked = 0;

/** Every byte on a terminal and in a pipe; in the short form every fifth in the pipe. */
export async function look(tally: Tally, where: string, runs: readonly Run[]): Promise<void> {
  const one = async (kind: string, { args }: Run, run: Shown, sender: Sender): Promise<string[]> => {
    const { stdout, stderr, screen = '' } = await run;
    const text = screen + stdout + stderr;
    const harm = harmIn(text, sender);
    tally.add(`${where}, ${kind}`, text, harm);
    const line = JSON.stringify(args).slice(0, 200);
    return text === '' ? [`${line}: said nothing`] : harm.slice(0, 3).map((each) => `${line}: ${each}`);
  };
  const found = await Promise.all(
    runs.flatMap((run) => {
      looked += 1;
      const { args, env, typing, sender = 'colours' } = run;
      return [
        ...(hasTerminal() ? [one('terminal', run, onTerminal(args, { env, typing, columns: 120 }), sender)] : []),
        ...(LONG || looked % 5 === 1 ? [one('pipe', run, skupper(args, { env }), 'plain')] : []),
      ];
    }),
  );
  expect(found.flat()).toEqual([]);
}

/** The work with a server and a kubeconfig that are full of that text. */
export async function withServer(
  text: string,
  work: (server: HostileServer, env: Record<string, string>) => Promise<void>,
): Promise<void> {
  const server = await hostileServer(text);
  try {
    await work(server, { KUBECONFIG: kubeconfig(server.url, text) });
  } finally {
    await server.stop();
  }
}

let made = 0;
/** The path of a kubeconfig in which everything is called so. */
export function kubeconfig(url: string, text: string, user: object = { token: 'admin-token' }): string {
  const config = {
    'current-context': text,
    contexts: [
      { name: text, context: { cluster: text, user: text, namespace: text } },
      { name: `other${text}`, context: {} },
    ],
    clusters: [{ name: text, cluster: { server: url } }],
    users: [{ name: text, user }],
  };
  const file = folder.at(`config-${(made += 1)}`);
  writeFileSync(file, jsonText(config));
  return file;
}

/** A manifest that is valid but for its hostile parts, and one that is not. */
export function manifest(text: string): string {
  const spec = {
    host: 'web',
    port: 8081,
    strategy: { weighted: { routingKeys: { [text]: 1, east: 2 } } },
    settings: { [text]: text },
  };
  const object = {
    apiVersion: 'skupper.io/v2alpha1',
    kind: 'MultiKeyListener',
    metadata: { name: 'web', labels: { [text]: text } },
    spec,
  };
  return `${jsonText(object, 2)}\n---\n${jsonText({ ...object, metadata: { name: text }, spec: { ...spec, [text]: text, host: text } })}\n`;
}
