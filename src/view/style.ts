/** What one output stream can display. `cli/terminal/io.ts` makes it for the real streams; tests make their own. */
export interface Style {
  /** The stream is a terminal: signs, colours and lines cut to the width. Otherwise plain columns. */
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
  /** In the header of a sorted column: ascending (`up`) or descending (`down`). */
  up: string;
  down: string;
  corner: string;
  none: string;
  cut: string;
  /** Marks a strategy that differs between clusters. */
  differs: string;
  check: string;
  /** Separates the parts of a line. */
  dot: string;
  /** After an action in progress. */
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

/** The signs that the stream can display: Unicode or ASCII. */
export function signsFor(style: Style): Signs {
  return style.unicode ? UNICODE : ASCII;
}

const same = (text: string): string => text;

/** The style of a stream that is not a terminal: no colours, no limit of the width. */
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
