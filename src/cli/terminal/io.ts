import process from 'node:process';
import { withoutSecrets } from '../../util/secrets.js';
import { PLAIN, type Style } from '../../view/style.js';
import { colourLevel } from './colour.js';
import { paints } from './paint.js';
import { inputIsTerminal, standardError, standardOutput } from './streams.js';

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
  /** Buffer stderr until success: with -o json a failure must be the only text there. */
  holdNarration?: boolean;
}

interface StreamLike {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
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
  if (!terminal) return PLAIN;
  return {
    terminal,
    width: stream.columns && stream.columns > 0 ? stream.columns : 80,
    unicode: canUnicode(env, platform),
    ...paints(colourLevel(terminal, env, noColor)),
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
    const text = prose ? showable(withoutSecrets(raw), style) : raw;
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
  const { env } = process;
  const stdout = standardOutput();
  const stderr = standardError();
  const asked = stderr.isTTY && inputIsTerminal() && !options.noInput;
  return {
    out: output(stdout, styleFor(stdout, env, options.noColor)),
    // A person at the terminal wants to see what goes on, whatever stdout is.
    err: output(stderr, styleFor(stderr, env, options.noColor), {
      hold: options.holdNarration && !stderr.isTTY,
      prose: true,
    }),
    get stdin() {
      return process.stdin;
    },
    env,
    drawable: stdout.isTTY && env['TERM'] !== 'dumb' && env['TERM'] !== undefined,
    closed: closedSignal(),
    interactive: asked && !env['CI'] && env['TERM'] !== 'dumb',
  };
}

function closedSignal(): AbortSignal {
  const controller = new AbortController();
  standardOutput().onClosed(() => controller.abort());
  return controller.signal;
}
