import { spawn, type StdioOptions } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import process from 'node:process';
import { isatty } from 'node:tty';

/** A program and its arguments. */
export interface Invocation {
  file: string;
  args: string[];
}

/** How the other program ended; `error` is set if it could not be started. */
export interface Ended {
  status: number | null;
  signal: NodeJS.Signals | null;
  error?: NodeJS.ErrnoException;
}

/** A terminal sends these to the whole foreground process group, so the other program receives them without us. */
const FROM_TERMINAL = ['SIGINT', 'SIGQUIT'] as const;
const FORWARDED = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const;

/**
 * Runs a program until it ends. Meanwhile signals that only this process receives are passed on, and no signal ends this
 * process before the program has ended.
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
    // The handlers are set before the start, because a signal can arrive as soon as the program runs. They run after this turn.
    if (process.platform !== 'win32') {
      for (const signal of FORWARDED) process.on(signal, pass);
      for (const signal of FROM_TERMINAL) process.on(signal, fromTerminal);
    }
    const child = spawn(file, args, { stdio, env });
    child.on('error', (error) => finish({ status: null, signal: null, error }));
    child.on('exit', (status, signal) => finish({ status, signal }));
  });
}

/** True if the terminal's Ctrl-C reaches our process group, which includes the program that we run. */
function inForeground(): boolean {
  try {
    // The fields are: pid (name) state ppid pgrp session tty_nr tpgid. The name can contain spaces and parentheses.
    const fields = readFileSync('/proc/self/stat', 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    const [group, terminal, foreground] = [fields[2], fields[4], fields[5]];
    return terminal !== '0' && group === foreground;
  } catch {
    return [0, 1, 2].some((descriptor) => isatty(descriptor));
  }
}

/** The three standard streams, and the descriptors that arguments such as /dev/fd/63 (a shell's `<(…)`) refer to. */
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

/** Ends this program with the exit status or the signal of the other one. */
export function endLike({ status, signal }: Ended): void {
  if (signal === null) {
    process.exitCode = status ?? 1;
    return;
  }
  process.kill(process.pid, signal);
  // Any signal but SIGPIPE, which Node ignores, has ended the process before this.
  setTimeout(() => process.exit(128 + constants.signals[signal]), 100);
}
