import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { temporaryFolder } from '../support/program.js';
import { TlsTrial, type Asked } from '../support/tls/beside-kubectl.js';
import { TLS_CASES } from '../support/tls/cases.js';
import { report, type Row } from '../support/verdict/reliability.js';
import { inTurns } from './network-cells.js';

/** Whether kubectl (v1.32) accepted each case, for where there is no kubectl. Written anew with RECORD=1. */
const RECORDED = new URL('../support/tls/recorded-kubectl.json', import.meta.url);

/** What this program refuses and kubectl accepts, with the reason. */
const STRICTER: Readonly<Record<string, string>> = {
  'purposes: any': 'OpenSSL takes anyExtendedKeyUsage for no purpose of a server',
  'usage: lists of revocations': 'OpenSSL checks the key usage of a server, Go does not',
};

/** What this program accepts and kubectl refuses, with the reason. */
const MORE: Readonly<Record<string, string>> = {
  'no authority, NODE_EXTRA_CA_CERTS': 'it names roots for programs of Node, as SSL_CERT_FILE does for others',
};

const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0;
const folder = temporaryFolder();
const found = new Map<string, { ours: Asked; kubectl: Asked | undefined }>();

beforeAll(async () => {
  await inTurns(Object.entries(TLS_CASES), 4, async ([name, each], index) => {
    const trial = await TlsTrial.start(folder.at(String(index)), each);
    try {
      const ours = await trial.ours();
      found.set(name, { ours, kubectl: hasKubectl ? await trial.kubectl() : undefined });
    } finally {
      await trial.stop();
    }
  });
  if (process.env['RECORD'] !== '1') return;
  const verdicts = Object.keys(TLS_CASES).map((name) => [name, found.get(name)?.kubectl?.accepted]);
  writeFileSync(RECORDED, `${JSON.stringify(Object.fromEntries(verdicts), null, 1)}\n`);
}, 600_000);

afterAll(() => {
  folder.remove();
  const both = [...found.values()].filter(({ ours }) => ours.accepted).length;
  const rows: Row[] = [[found.size, both, found.size - both, Object.keys(STRICTER).length, Object.keys(MORE).length]];
  report('tls-matrix', ['cases', 'accepted', 'refused', 'by this program only', 'accepted by this program only'], rows);
});

describe('certificates are believed as by kubectl', () => {
  const recorded = JSON.parse(readFileSync(RECORDED, 'utf8')) as Record<string, boolean>;

  test.each(Object.keys(TLS_CASES))('%s', (name) => {
    const { ours, kubectl } = found.get(name)!;
    const theirs = kubectl?.accepted ?? recorded[name];
    expect({ recorded: theirs }).toEqual({ recorded: recorded[name] });
    const expected = name in STRICTER ? false : name in MORE ? true : theirs;
    expect({ accepted: ours.accepted, stderr: ours.stderr }).toEqual({ accepted: expected, stderr: ours.stderr });
    if (ours.accepted) expect(ours.requests).toBe(1);
    else {
      // Neither a token nor a request went to a server that was not believed.
      expect(ours.requests).toBe(0);
      if (name.startsWith('client:')) expect([4, 8]).toContain(ours.status);
      else expect(ours.status).toBe(8);
    }
  });

  test('every reason is needed', () => {
    for (const name of Object.keys(STRICTER)) expect([name, recorded[name]]).toEqual([name, true]);
    for (const name of Object.keys(MORE)) expect([name, recorded[name]]).toEqual([name, false]);
  });
});
