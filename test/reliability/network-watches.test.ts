import { describeWith, sharedControlPlane } from '../support/cluster/e2e.js';
import { report, type Row } from '../support/verdict/reliability.js';
import { grouped, inTurns } from './network-cells.js';
import { tryWatch, watchCells } from './network-watch-cells.js';

const plane = sharedControlPlane();

describeWith(plane)('every point of a watch goes wrong, between the program and a real API server', () => {
  const rows: { row: Row; command: string }[] = [];
  afterAll(() => report('network-watches', ['fault', 'where', 'commands', 'outcome'], grouped(rows)));

  test('it goes on, ends in what the server has, and no event is invented', async () => {
    if (!plane) return;
    const wrong: string[] = [];
    await inTurns(watchCells(), 4, async (cell) => {
      const problems = await tryWatch(plane, cell).catch((error: unknown) => [String(error)]);
      const { command, fault } = cell;
      for (const problem of problems) wrong.push(`${fault.where} ${fault.fault}, ${command}: ${problem}`);
      const outcome = command === 'status --watch' ? 'recovers, no event invented' : 'recovers, exit status 0';
      rows.push({ row: [fault.fault, fault.where, '', outcome], command });
    });
    expect(wrong).toEqual([]);
    expect(rows.length).toBe(watchCells().length);
  }, 600_000);
});
