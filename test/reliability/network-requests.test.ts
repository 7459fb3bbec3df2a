import { describeWith, sharedControlPlane } from '../support/cluster/e2e.js';
import { report, type Row } from '../support/verdict/reliability.js';
import { grouped, inTurns } from './network-cells.js';
import { REQUEST_FAULTS } from './network-faults.js';
import { outcome, requestCells, tryRequest } from './network-request-cells.js';

const plane = sharedControlPlane();

describeWith(plane)('every point of a request goes wrong, between the program and a real API server', () => {
  const rows: { row: Row; command: string }[] = [];
  afterAll(() =>
    report('network', ['fault', 'where', 'commands', 'exit status', 'outcome', 'writes done'], grouped(rows)),
  );

  test('exit status, message, time and number of writes are right', async () => {
    const wrong: string[] = [];
    if (!plane) return;
    await inTurns(requestCells(), 4, async (cell) => {
      const problems = await tryRequest(plane, cell);
      const { command, fault, expected } = cell;
      for (const problem of problems) wrong.push(`${fault.where} ${fault.fault}, ${command.name}: ${problem}`);
      const done = !command.writes ? '–' : expected.done === 'race' ? '0 or 1' : (expected.done ?? 0);
      rows.push({ row: [fault.fault, fault.where, '', expected.exit, outcome(cell), done], command: command.name });
    });
    expect(wrong).toEqual([]);
    expect(rows.length).toBeGreaterThanOrEqual(REQUEST_FAULTS.length);
  }, 600_000);
});
