import process from 'node:process';
import { Chalk, type ChalkInstance, type ColorSupportLevel } from 'chalk';
import { PLAIN, type Style } from '../view/style.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** One output stream with what can be shown on it. */
export interface Output {
  readonly style: Style;
  write(text: string): void;
  lines(lines: readonly string[]): void;
  /** Says what was held back. */
  flush(): void;
}

/** The streams of one run. `interactive`: a person sits at it and may be asked. */
export interface Io {
  readonly out: Output;
  readonly err: Output;
  readonly stdin: NodeJS.ReadStream;
  readonly env: Environment;
  readonly interactive: boolean;
  /** stdout is a terminal that frames can be drawn on. */
  readonly drawable: boolean;
  /** Aborts when the reader of stdout goes away (`| head -1`). */
  readonly closed: AbortSignal;
}

export interface IoOptions {
  /** `--no-color` was given. */
  noColor?: boolean;
  /** `--no-input` was given. */
  noInput?: boolean;
  /** Hold back what is said on stderr until the command has succeeded: with -o json an error is all that stands there. */
  holdNarration?: boolean;
}

interface StreamLike {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

/** chalk looks at one stream only and ignores NO_COLOR on a terminal: the level is decided here, per stream. */
export function colourLevel(isTTY: boolean, env: Environment, noColor: boolean): ColorSupportLevel {
  if (noColor || env['NO_COLOR'] || !isTTY || env['TERM'] === 'dumb') return 0;
  if (env['COLORTERM'] === 'truecolor' || env['COLORTERM'] === '24bit') return 3;
  return /256/.test(env['TERM'] ?? '') ? 2 : 1;
}

/** Whether the locale and the terminal can show more than ASCII. */
export function canUnicode(env: Environment, platform: NodeJS.Platform): boolean {
  if (env['TERM'] === 'dumb' || env['TERM'] === 'linux') return false;
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'];
  if (platform === 'win32' || platform === 'darwin') return locale === undefined || /utf-?8/i.test(locale);
  return /utf-?8/i.test(locale ?? '');
}

/** How a stream is drawn on. */
export function styleFor(stream: StreamLike, env: Environment, noColor = false, platform = process.platform): Style {
  const terminal = stream.isTTY === true;
  const chalk: ChalkInstance = new Chalk({ level: colourLevel(terminal, env, noColor) });
  if (!terminal) return PLAIN;
  return {
    terminal,
    width: stream.columns && stream.columns > 0 ? stream.columns : 80,
    unicode: canUnicode(env, platform),
    good: (text) => chalk.green(text),
    warn: (text) => chalk.yellow(text),
    bad: (text) => chalk.red(text),
    dim: (text) => chalk.dim(text),
    bold: (text) => chalk.bold(text),
    strike: (text) => chalk.dim.strikethrough(text),
  };
}

/** What a terminal without Unicode gets for the signs of our own sentences. */
const ASCII: Readonly<Record<string, string>> = { '…': '...', '·': '-', '→': '->', '–': '-' };

/** A sentence of ours as this stream can show it. */
export function showable(text: string, style: Style): string {
  return style.terminal && !style.unicode ? text.replace(/[…·→–]/g, (sign) => ASCII[sign] ?? sign) : text;
}

function output(stream: StreamLike, style: Style, { hold = false, prose = false } = {}): Output {
  let held = '';
  const write = (raw: string): void => {
    const text = prose ? showable(raw, style) : raw;
    if (hold) held += text;
    else stream.write(text);
  };
  return {
    style,
    write,
    lines: (lines) => {
      if (lines.length > 0) write(`${lines.join('\n')}\n`);
    },
    flush: () => {
      if (held !== '') stream.write(held);
      held = '';
    },
  };
}

/** The real streams of this process. */
export function createIo(options: IoOptions = {}): Io {
  const { env, stdin, stdout, stderr } = process;
  const asked = stdin.isTTY === true && stderr.isTTY === true && !options.noInput;
  return {
    out: output(stdout, styleFor(stdout, env, options.noColor)),
    // A person at the terminal wants to see what goes on, whatever stdout is.
    err: output(stderr, styleFor(stderr, env, options.noColor), {
      hold: options.holdNarration && !stderr.isTTY,
      prose: true,
    }),
    stdin,
    env,
    drawable: stdout.isTTY === true && env['TERM'] !== 'dumb' && env['TERM'] !== undefined,
    closed: closedSignal(),
    interactive: asked && !env['CI'] && env['TERM'] !== 'dumb',
  };
}

function closedSignal(): AbortSignal {
  const controller = new AbortController();
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') controller.abort();
  });
  return controller.signal;
}

/**
 * A reader that goes away (`| head -1`) is no error: what is left to say is
 * dropped, and the command goes on to its own exit status.
 */
export function ignoreClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}
