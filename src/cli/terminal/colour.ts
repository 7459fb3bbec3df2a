type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The colour level of a stream, in chalk's numbers: 0 none, 1 basic, 2 256 colours, 3 true colour. chalk's own detection
 * looks only at stdout and ignores NO_COLOR on a terminal.
 */
export function colourLevel(isTTY: boolean, env: Environment, noColor: boolean): 0 | 1 | 2 | 3 {
  if (noColor || env['NO_COLOR'] || !isTTY || env['TERM'] === 'dumb') return 0;
  if (env['COLORTERM'] === 'truecolor' || env['COLORTERM'] === '24bit') return 3;
  return /256/.test(env['TERM'] ?? '') ? 2 : 1;
}
