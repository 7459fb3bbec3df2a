const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

function two(ms: number, big: number, bigName: string, small: number, smallName: string): string {
  const whole = Math.floor(ms / big);
  const rest = Math.floor((ms - whole * big) / small);
  return rest === 0 ? `${whole}${bigName}` : `${whole}${bigName}${rest}${smallName}`;
}

/**
 * A span of time as kubectl's AGE column shows it: exact while young, coarse when old.
 *
 * @param ms milliseconds; a small negative one (clocks differ) counts as 0
 */
export function formatAge(ms: number): string {
  if (ms <= -2 * SECOND) return '<invalid>';
  const span = Math.max(0, ms);
  if (span < 2 * MINUTE) return `${Math.floor(span / SECOND)}s`;
  if (span < 10 * MINUTE) return two(span, MINUTE, 'm', SECOND, 's');
  if (span < 3 * HOUR) return `${Math.floor(span / MINUTE)}m`;
  if (span < 8 * HOUR) return two(span, HOUR, 'h', MINUTE, 'm');
  if (span < 2 * DAY) return `${Math.floor(span / HOUR)}h`;
  if (span < 8 * DAY) return two(span, DAY, 'd', HOUR, 'h');
  if (span < 2 * YEAR) return `${Math.floor(span / DAY)}d`;
  if (span < 8 * YEAR) return two(span, YEAR, 'y', DAY, 'd');
  return `${Math.floor(span / YEAR)}y`;
}

/** The age of an RFC 3339 time, as `formatAge` writes it; undefined if the time is missing or invalid. */
export function ageOf(time: string | undefined | null, now: number): string | undefined {
  const at = time ? Date.parse(time) : NaN;
  return Number.isNaN(at) ? undefined : formatAge(now - at);
}

/** `1.4 s`, `62 s`: a measured duration in a sentence. */
export function formatSeconds(ms: number): string {
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}
