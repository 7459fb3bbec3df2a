/** Standard deviations on either side of a share within which 95 of 100 runs lie. */
const USUAL = 1.96;
/** A range of shares wider than this says too little, as a part of 1. */
const WIDEST = 0.1;
/** An honest run of 600 connections was 3.3 standard deviations off (docs/measuring.md). */
const ALARM = 4;
const ALARM_CONNECTIONS = 1000;
/** A share of nothing or of all has no spread: it counts as one this far from the end. */
const END = 0.01;

/**
 * How many connections tell the shares of a listener: with fewer the 95 % range of some share is wider than 10 points.
 *
 * @param shares expected, 0 to 1
 */
export function connectionsNeeded(shares: readonly number[]): number {
  const spread = Math.max(0, ...shares.map((share) => share * (1 - share)));
  return Math.max(1, Math.ceil(spread * ((2 * USUAL) / WIDEST) ** 2 - 1e-9));
}

/** True if a share that was measured cannot be chance: 4 standard deviations off, among at least 1,000 connections. */
export function deviates(expected: number, measured: number, connections: number): boolean {
  if (connections < ALARM_CONNECTIONS) return false;
  const share = Math.min(1 - END, Math.max(END, expected));
  return Math.abs(measured - expected) > ALARM * Math.sqrt((share * (1 - share)) / connections);
}
