import { spawn, type StdioOptions } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import process from 'node:process';
import { isatty } from 'node:tty';

/** How a program is started. */
export interface Invocation {
  file: string;
  args: string[];
}

/** How the other program ended; `error` where it could not be started. */
export interface Ended {
  status: number | null;
  signal: NodeJS.Signals | null;
  error?: NodeJS.ErrnoException;
}

/** Sent by a terminal to the whole foreground group, so the other program has them already. */
const FROM_TERMINAL = ['SIGINT', 'SIGQUIT'] as const;
const FORWARDED = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const;

/**
 * Runs a program until it ends. While it runs, signals are its business: those
 * that only we got are passed on, and none ends us before it has ended.
 */
export function runProgram({ file, args }: Invocation, stdio: StdioOptions, env: NodeJS.ProcessEnv): Promise<Ended> {
  return new Promise((resolve) => {
    const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
    const fromTerminal = (signal: NodeJS.Signals): void => {
      if (!inForeground()) pass(signal);
    };
    const finish = (ended: Ended): void => {
      for (const signal of FORWARDED) process.off(signal, pass);
      for (const signal of FROM_TERMINAL) process.off(signal, fromTerminal);
      resolve(ended);
    };
    // Before the other program runs: it may be interrupted as soon as it does. Signals are handled after this turn.
    if (process.platform !== 'win32') {
      for (const signal of FORWARDED) process.on(signal, pass);
      for (const signal of FROM_TERMINAL) process.on(signal, fromTerminal);
    }
    const child = spawn(file, args, { stdio, env });
    child.on('error', (error) => finish({ status: null, signal: null, error }));
    child.on('exit', (status, signal) => finish({ status, signal }));
  });
}

/** Whether the terminal's Ctrl-C reaches our group, and with it the program that we run. */
function inForeground(): boolean {
  try {
    // pid (name) state ppid pgrp session tty_nr tpgid: the name may hold anything.
    const fields = readFileSync('/proc/self/stat', 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    const [group, terminal, foreground] = [fields[2], fields[4], fields[5]];
    return terminal !== '0' && group === foreground;
  } catch {
    return [0, 1, 2].some((descriptor) => isatty(descriptor));
  }
}

/** The three streams, and what an argument such as /dev/fd/63 (a shell's `<(…)`) refers to. */
export function inheritedStreams(argv: readonly string[]): StdioOptions {
  const streams: ('inherit' | 'ignore' | number)[] = ['inherit', 'inherit', 'inherit'];
  for (const [, digits] of argv.join('\n').matchAll(/\/(?:dev|proc\/self)\/fd\/([0-9]{1,3})(?![0-9])/g)) {
    const descriptor = Number(digits);
    if (descriptor < 3 || descriptor > 255) continue;
    while (streams.length <= descriptor) streams.push('ignore');
    streams[descriptor] = descriptor;
  }
  return streams;
}

/** Ends this program as the other one ended, by the same signal if by one. */
export function endLike({ status, signal }: Ended): void {
  if (signal === null) {
    process.exitCode = status ?? 1;
    return;
  }
  process.kill(process.pid, signal);
  // Node ignores SIGPIPE; others arrive before this.
  setTimeout(() => process.exit(128 + constants.signals[signal]), 100);
}
