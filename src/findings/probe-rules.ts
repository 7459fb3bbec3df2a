import type { KeyProbes } from '../model/traffic/probe.js';
import { surroundings, type Finding } from './findings.js';

/** Findings from probes (test connections): failures that neither Skupper's status nor the router's counters show. */
export function probeFindings(rows: readonly KeyProbes[]): Finding[] {
  return [...rows.flatMap(emptyFindings), ...failedFindings(rows)];
}

function emptyFindings({ key, probed, empty }: KeyProbes): Finding[] {
  if (empty === 0) return [];
  const count = `${empty} of ${probed} connections`;
  const which = empty === probed ? 'the' : 'a';
  const message =
    key === undefined
      ? `${count} were closed empty at once; other clients connected meanwhile, so the counters do not tell their routing key.`
      : `${count} of routing key ${key} were closed empty at once: ${which} backend of ${key} refuses connections.`;
  const hint = 'Check the service behind the connector at the site that serves the key: skupper connector status';
  return [surroundings('error', 'backend-refuses', message, hint)];
}

/** Counts failed connections over all rows: they fail before the router chooses a routing key. */
function failedFindings(rows: readonly KeyProbes[]): Finding[] {
  const sum = (count: (row: KeyProbes) => number): number => rows.reduce((all, row) => all + count(row), 0);
  const [probed, refused, noTls] = [sum((row) => row.probed), sum((row) => row.refused), sum((row) => row['no-tls'])];
  return [
    ...(refused > 0
      ? [
          surroundings(
            'error',
            'listen-failed',
            `${refused} of ${probed} connections were refused, although the router says that it listens.`,
            "See the router's log for the reason.",
          ),
        ]
      : []),
    ...(noTls > 0
      ? [
          surroundings(
            'error',
            'tls-handshake-failed',
            `${noTls} of ${probed} connections did not complete the TLS handshake.`,
            'Check the TLS credentials of the listener.',
          ),
        ]
      : []),
  ];
}
