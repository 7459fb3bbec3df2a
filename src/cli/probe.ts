import { addressOf } from '../model/names.js';
import { Failure, joinFailures } from '../model/failure.js';
import type { MultiKeyListener } from '../model/resource.js';
import { counted } from '../model/text.js';
import { probe, probeable, type Probeable, type ProbeReport } from '../operations/traffic/probe.js';
import type { Store } from '../store/store.js';
import { dataFormat } from '../view/formats.js';
import { plainProbes, probeDocument, renderProbes } from '../view/traffic/probe.js';
import type { Context } from './context.js';
import type { Narrator } from './terminal/narrator.js';

/** The notice before the probe, because backends see its connections. */
function announcement({ resource: { spec } }: Probeable, count: number): string {
  const tls = spec.tlsCredentials ? ' with a TLS handshake each; certificates are not verified' : '';
  return `Opening ${counted(count, 'connection')} to ${addressOf(spec)}${tls}.`;
}

/**
 * Probes listeners one after the other and prints the outcomes of the connections.
 *
 * @throws Failure before the first connection if a listener cannot be probed; `check-failed` after the output if there are
 *   findings; what `probe` throws
 */
export async function printProbes(
  narrator: Narrator,
  context: Context,
  store: Store,
  resources: readonly MultiKeyListener[],
  flags: { probe: number; output?: string; 'no-headers'?: boolean },
): Promise<void> {
  const { signal, io } = context;
  const asked = await Promise.allSettled(resources.map((resource) => probeable(store, resource, signal)));
  const refused = joinFailures(asked.flatMap((each) => (each.status === 'rejected' ? failureIn(each.reason) : [])));
  if (refused) throw refused;
  const reports: ProbeReport[] = [];
  for (const each of asked) {
    if (each.status === 'rejected') continue;
    narrator.notice(context, announcement(each.value, flags.probe));
    reports.push(await probe(each.value, flags.probe, signal));
  }
  const format = dataFormat(flags.output);
  if (format?.value) io.out.write(await format.value(probeDocument(reports)));
  else if (io.out.style.terminal) io.out.lines(renderProbes(reports, io.out.style));
  else {
    io.out.lines(plainProbes(reports, !flags['no-headers']));
    for (const { name, findings } of reports)
      for (const { message, hint } of findings) narrator.warning(context, `${name}: ${message} ${hint}`);
  }
  const bad = reports.filter(({ findings }) => findings.length > 0).map(({ name }) => name);
  if (bad.length > 0)
    throw new Failure('check-failed', `the probe of ${bad.join(', ')} found connections that lead nowhere`);
}

function failureIn(reason: unknown): Failure {
  if (reason instanceof Failure) return reason;
  throw reason;
}
