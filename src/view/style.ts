/** How one stream is drawn on: made by `cli/terminal/io.ts` for the real streams, by hand in tests. */
export interface Style {
  /** A person looks: tables, signs, colours, cut to the width. Otherwise plain columns. */
  terminal: boolean;
  /** Columns of the terminal; Infinity in a pipe. */
  width: number;
  unicode: boolean;
  good(text: string): string;
  warn(text: string): string;
  bad(text: string): string;
  dim(text: string): string;
  bold(text: string): string;
  strike(text: string): string;
}

export interface Signs {
  ready: string;
  degraded: string;
  pending: string;
  error: string;
  unknown: string;
  bar: string;
  arrow: string;
  /** At the title of a sorted column: its values rise, or fall. */
  up: string;
  down: string;
  corner: string;
  none: string;
  cut: string;
  /** Before what is another one elsewhere. */
  differs: string;
  check: string;
  /** Between the parts of a line. */
  dot: string;
  /** After what is under way. */
  ellipsis: string;
  spinner: readonly string[];
}

const UNICODE: Signs = {
  ready: '●',
  degraded: '◐',
  pending: '○',
  error: '✗',
  unknown: '?',
  bar: '█',
  arrow: '→',
  up: '↑',
  down: '↓',
  corner: '└',
  none: '–',
  cut: '…',
  differs: '≠',
  check: '✓',
  dot: ' · ',
  ellipsis: '…',
  spinner: ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'],
};

const ASCII: Signs = {
  ready: '*',
  degraded: '~',
  pending: 'o',
  error: 'x',
  unknown: '?',
  bar: '#',
  arrow: '->',
  up: '^',
  down: 'v',
  corner: '`-',
  none: '-',
  cut: '~',
  differs: '!=',
  check: 'ok:',
  dot: ' - ',
  ellipsis: '...',
  spinner: ['|', '/', '-', '\\'],
};

/** The signs this stream can show. */
export function signsFor(style: Style): Signs {
  return style.unicode ? UNICODE : ASCII;
}

const same = (text: string): string => text;

/** A stream that is no terminal: no colour, no cut. */
export const PLAIN: Style = {
  terminal: false,
  width: Infinity,
  unicode: true,
  good: same,
  warn: same,
  bad: same,
  dim: same,
  bold: same,
  strike: same,
};
