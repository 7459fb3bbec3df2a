import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { STRICTER, WIDER } from '../support/tls/stricter.js';
import type { Cell } from '../support/tls/cell.js';
import { matrix } from '../support/tls/matrix.js';
import { judge, type Judges, type Verdict } from '../support/tls/tls-judges.js';
import { LONG, report, tries } from '../support/verdict/reliability.js';

/** What kubectl (v1.32) accepts, for where there is no kubectl. Written anew by the long form with RECORD=1, on a Node with all options (24). */
const RECORDED = new URL('../support/tls/recorded-tls.json', import.meta.url);
const recorded = JSON.parse(readFileSync(RECORDED, 'utf8')) as { accepted: string[]; refused: string[] };
const [accepted, refused] = [new Set(recorded.accepted), new Set(recorded.refused)];
const nameOf = ({ group, name }: Cell): string => `${group}: ${name}`;

/** The servers and programs that run side by side. */
const AT_ONCE = 4;
/** In the short form every so many cells are judged by kubectl itself and by the built program, the others by what is recorded and by the store. */
const EVERY = tries(31, 1);
const kubectl = spawnSync('kubectl', ['version', '--client']).status === 0;

interface Tally {
  tried: number;
  accepted: number;
  refused: number;
  stricter: number;
  wider: number;
}
const tallies = new Map<string, Tally>();
const used = new Map<string, number>();
const count = (names: Map<string, number>, name: string): void => void names.set(name, (names.get(name) ?? 0) + 1);

/** What is wrong with a verdict of this program, beside the other one: nothing, or sentences. */
function wrongWith(cell: Cell, theirs: boolean, ours: Verdict): string[] {
  const tally = tallies.get(cell.group) ?? { tried: 0, accepted: 0, refused: 0, stricter: 0, wider: 0 };
  tallies.set(cell.group, tally);
  tally.tried += 1;
  if (ours.accepted) {
    if (theirs) tally.accepted += 1;
    else tally.wider += 1;
    const reason = theirs ? undefined : cell.wider;
    if (reason !== undefined) count(used, reason);
    const lax = theirs || (reason !== undefined && reason in WIDER) ? [] : ['it accepts what kubectl refuses'];
    return ours.asked.requests === 1 ? lax : [...lax, `${ours.asked.requests} requests arrived`];
  }
  if (theirs) tally.stricter += 1;
  else tally.refused += 1;
  const wrong = ours.asked.requests + ours.asked.tokens > 0 ? ['a request arrived'] : [];
  if (ours.code !== (cell.refusal ?? 'tls')) wrong.push(`the code is ${ours.code}`);
  // The words of OpenSSL, its code, and what to do.
  if (ours.code === 'tls' && !/TLS connection: .+ \([A-Z0-9_/]+\).*\n./s.test(ours.words))
    wrong.push('its words say little');
  if (!theirs) return wrong;
  const reason = STRICTER[cell.stricter ?? ''];
  if (!reason) return [...wrong, 'it refuses what kubectl accepts'];
  count(used, cell.stricter ?? '');
  return reason.code.test(`${ours.code} ${ours.words}`) ? wrong : [...wrong, `that is not ${cell.stricter}`];
}

test('servers are accepted and refused as by kubectl, or refused for a reason that has a name', async () => {
  const cells = matrix(tries(23, 1));
  expect(new Set(cells.map(nameOf)).size).toBe(cells.length);
  const wrong: object[] = [];
  const answers = new Map<string, boolean>();
  const live = { asked: 0 };
  const one = async (cell: Cell, index: number): Promise<void> => {
    const chosen = index % EVERY === 0;
    const judges: Judges = { kubectl: kubectl && chosen, ours: chosen ? 'program' : 'store' };
    const name = nameOf(cell);
    const { kubectl: answer, ours } = await judge(cell, judges);
    if (answer) live.asked += 1;
    const known = accepted.has(name) ? true : refused.has(name) ? false : undefined;
    const theirs = answer?.accepted ?? known;
    if (theirs === undefined) wrong.push({ name, why: 'no answer of kubectl is recorded' });
    else {
      answers.set(name, theirs);
      const why = wrongWith(cell, theirs, ours);
      if (why.length > 0) wrong.push({ name, why, kubectl: answer?.words ?? theirs, ours });
    }
  };
  const rest = cells.entries();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const [index, cell] of rest) await one(cell, index);
    }),
  );
  if (LONG && kubectl && process.env['RECORD'] === '1') record(answers);
  expect(wrong).toEqual([]);
  expect(live.asked > 0).toBe(kubectl);
  expect([...used.keys()].sort()).toEqual([...Object.keys(STRICTER), ...Object.keys(WIDER)].sort());
});

function record(answers: ReadonlyMap<string, boolean>): void {
  const named = (verdict: boolean): string[] =>
    [...answers]
      .filter(([, accepts]) => accepts === verdict)
      .map(([name]) => name)
      .sort();
  writeFileSync(RECORDED, `${JSON.stringify({ accepted: named(true), refused: named(false) }, null, 1)}\n`);
}

afterAll(() => {
  const rows = [...tallies].map(([group, { tried, ...counts }]) => [group, tried, ...Object.values(counts)]);
  const columns = [
    'what',
    'tried',
    'both accept',
    'both refuse',
    'refused by this program only',
    'accepted by this program only',
  ];
  report('tls-matrix', columns, rows);
  const reasons = Object.entries({
    ...Object.fromEntries(Object.entries(STRICTER).map(([name, { why }]) => [name, why])),
    ...WIDER,
  });
  report(
    'tls-reasons',
    ['reason', 'what it is', 'cells'],
    reasons.map(([name, why]) => [`\`${name}\``, why, used.get(name) ?? 0]),
  );
});
