import type { KeyProbes } from '../../model/traffic/probe.js';
import type { ProbeReport } from '../../operations/traffic/probe.js';
import { renderColumns, type Column } from '../columns.js';
import { findingLines } from '../inspect/inspect.js';
import { signsFor, type Style } from '../style.js';
import { renderTable } from '../table.js';
import { escapeText } from '../text.js';

/** The version of the document below: it changes when a field is removed or changes its meaning. */
export const PROBE_SCHEMA_VERSION = 1;

const failed = (row: KeyProbes): number => row.refused + row['no-tls'];

/** The outcomes of probes on a terminal: a table for each listener, and the findings. */
export function renderProbes(reports: readonly ProbeReport[], style: Style): string[] {
  const texts = reports.map(({ name, keys, findings }) => [
    ...(reports.length > 1 ? [style.bold(escapeText(name)), ''] : []),
    ...keyLines(keys, style),
    ...findingLines({ findings, notes: [] }, style),
  ]);
  return texts.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}

function keyLines(keys: readonly KeyProbes[], style: Style): string[] {
  const signs = signsFor(style);
  const count = (header: string, value: (row: KeyProbes) => number): Column<KeyProbes> => ({
    header,
    value: (row) => String(value(row)),
    align: 'right',
  });
  const refuses = ({ key, empty }: KeyProbes): string =>
    empty > 0 && key !== undefined ? `${signs.error} refuses` : '';
  const columns: Column<KeyProbes>[] = [
    { header: 'ROUTING KEY', value: ({ key }) => key ?? '(not told)', paint: style.bold, identity: true },
    count('PROBED', ({ probed }) => probed),
    count('ANSWERED', ({ answered, open }) => answered + open),
    {
      ...count('CLOSED EMPTY', ({ empty }) => empty),
      paint: (text, { empty }) => (empty > 0 ? style.bad(text) : text),
    },
    ...(keys.some((row) => failed(row) > 0) ? [count('FAILED', failed)] : []),
    { header: '', value: refuses, paint: style.bad, narrow: { order: 1, then: 'leave out' } },
  ];
  return renderTable(columns, keys, { ...style, width: style.width - 2 }).map((line) => `  ${line}`);
}

type PlainRow = { name: string } & KeyProbes;

const number = (header: string, value: (row: PlainRow) => number): Column<PlainRow> => ({
  header,
  value: (row) => String(value(row)),
  align: 'right',
});

const PLAIN_COLUMNS: readonly Column<PlainRow>[] = [
  { header: 'NAME', value: ({ name }) => name },
  { header: 'ROUTING-KEY', value: ({ key }) => key ?? '-' },
  number('PROBED', ({ probed }) => probed),
  number('ANSWERED', ({ answered }) => answered),
  number('OPEN', ({ open }) => open),
  number('CLOSED-EMPTY', ({ empty }) => empty),
  number('REFUSED', ({ refused }) => refused),
  number('NO-TLS', (row) => row['no-tls']),
];

/** The outcomes of probes in a pipe: one row per routing key. */
export function plainProbes(reports: readonly ProbeReport[], headers: boolean): string[] {
  const rows = reports.flatMap(({ name, keys }) => keys.map((key) => ({ name, ...key })));
  return renderColumns(PLAIN_COLUMNS, rows, { headers });
}

/** The stable document that `traffic --probe -o json` prints (docs/schemas/traffic-probe.schema.json). */
export function probeDocument(reports: readonly ProbeReport[]): object {
  return {
    schemaVersion: PROBE_SCHEMA_VERSION,
    resources: reports.map(({ namespace, name, tls, keys, findings }) => ({
      namespace,
      name,
      tls,
      routingKeys: keys.map(({ key = null, probed, answered, open, empty, refused, 'no-tls': noTls }) => ({
        key,
        probed,
        answered,
        open,
        closedEmpty: empty,
        refused,
        noTls,
      })),
      findings,
    })),
  };
}
