type Environment = Readonly<Record<string, string | undefined>>;

/** chalk looks at one stream only and ignores NO_COLOR on a terminal: the level is decided here, per stream. */
export function colourLevel(isTTY: boolean, env: Environment, noColor: boolean): 0 | 1 | 2 | 3 {
  if (noColor || env['NO_COLOR'] || !isTTY || env['TERM'] === 'dumb') return 0;
  if (env['COLORTERM'] === 'truecolor' || env['COLORTERM'] === '24bit') return 3;
  return /256/.test(env['TERM'] ?? '') ? 2 : 1;
}
