import process from 'node:process';
import { withoutSecrets } from '../../util/secrets.js';
import { PLAIN, type Style } from '../../view/style.js';
import { colourLevel } from './colour.js';
import { paints } from './paint.js';
import { inputIsTerminal, standardError, standardOutput } from './streams.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** One output stream and its style. */
export interface Output {
  readonly style: Style;
  write(text: string): void;
  lines(lines: readonly string[]): void;
  /** Writes the buffered text. */
  flush(): void;
}

/** The streams of one run. */
export interface Io {
  readonly out: Output;
  readonly err: Output;
  readonly stdin: NodeJS.ReadStream;
  readonly env: Environment;
  /** True if prompts are possible: stdin and stderr are terminals, and neither --no-input nor CI is set. */
  readonly interactive: boolean;
  /** True if stdout is a terminal on which a live screen can be drawn. */
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

/** True if the locale and the terminal can display Unicode. */
export function canUnicode(env: Environment, platform: NodeJS.Platform): boolean {
  if (env['TERM'] === 'dumb' || env['TERM'] === 'linux') return false;
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'];
  if (platform === 'win32' || platform === 'darwin') return locale === undefined || /utf-?8/i.test(locale);
  return /utf-?8/i.test(locale ?? '');
}

/** The style of a stream; a stream that is not a terminal gets PLAIN. */
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

/** Replacements for the non-ASCII signs of our own sentences on a terminal without Unicode. */
const ASCII: Readonly<Record<string, string>> = { '…': '...', '·': '-', '→': '->', '–': '-' };

/** Replaces the non-ASCII signs of our own sentences if the stream's terminal cannot display them. */
export function showable(text: string, style: Style): string {
  return style.terminal && !style.unicode ? text.replace(/[…·→–]/g, (sign) => ASCII[sign] ?? sign) : text;
}

function output(stream: StreamLike, style: Style, { hold = false, prose = false } = {}): Output {
  let buffered = '';
  const write = (raw: string): void => {
    const text = prose ? showable(withoutSecrets(raw), style) : raw;
    if (hold) buffered += text;
    else stream.write(text);
  };
  return {
    style,
    write,
    lines: (lines) => {
      if (lines.length > 0) write(`${lines.join('\n')}\n`);
    },
    flush: () => {
      if (buffered !== '') stream.write(buffered);
      buffered = '';
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
    // On a terminal narration is never buffered, so that the user sees the progress.
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
