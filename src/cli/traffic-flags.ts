import { Failure } from '../model/failure.js';
import { duration } from './flags.js';
import { Flags } from './oclif.js';

/** More connections than this would be a load test, not a probe. */
const MOST_PROBES = 1000;

/** Checks the number of --probe. Throws `usage` if it is not a whole number from 1 to MOST_PROBES. */
function probeCount(text: string): string {
  const count = /^[0-9]+$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= MOST_PROBES) return String(count);
  throw new Failure('usage', `invalid value ${JSON.stringify(text)} for --probe`, {
    causes: [{ field: '--probe', message: `must be a whole number from 1 to ${MOST_PROBES}` }],
  });
}

export const trafficFlags = {
  window: duration('window', 'count the connections in this time instead of totals [with --watch default: 10s]'),
  probe: Flags.string({
    description: 'open N real connections and report which routing keys answer',
    helpValue: 'N',
    parse: async (text) => probeCount(text),
    exclusive: ['watch', 'window', 'all-namespaces', 'selector'],
  }),
};
