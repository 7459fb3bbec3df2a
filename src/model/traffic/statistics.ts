/** Half the width of the 95 % confidence interval, in standard deviations. */
const CONFIDENCE_95 = 1.96;
/** The widest useful confidence interval of a share: 10 percentage points. */
const WIDEST = 0.1;
/** Standard deviations that are not chance. A correct run of 600 connections was off by 3.3 (docs/measuring.md). */
const ALARM = 4;
const ALARM_CONNECTIONS = 1000;
/** An expected share of 0 or 1 has no standard deviation; it is calculated as if it were this far from 0 or 1. */
const END = 0.01;

/**
 * The number of connections that are needed to measure the shares of a listener. With fewer connections the 95 % confidence
 * interval of some share is wider than 10 percentage points.
 *
 * @param shares the expected shares, from 0 to 1
 */
export function connectionsNeeded(shares: readonly number[]): number {
  const spread = Math.max(0, ...shares.map((share) => share * (1 - share)));
  return Math.max(1, Math.ceil(spread * ((2 * CONFIDENCE_95) / WIDEST) ** 2 - 1e-9));
}

/**
 * True if chance does not explain the difference of two shares: it is above 4 standard deviations, in at least 1,000
 * connections.
 *
 * @param expected share from 0 to 1
 * @param measured share from 0 to 1
 * @param connections the number of all measured connections
 */
export function deviates(expected: number, measured: number, connections: number): boolean {
  if (connections < ALARM_CONNECTIONS) return false;
  const share = Math.min(1 - END, Math.max(END, expected));
  return Math.abs(measured - expected) > ALARM * Math.sqrt((share * (1 - share)) / connections);
}
