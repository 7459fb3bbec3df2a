// Adds up Jest's reports for the last line of .ci/run; fails if a test failed or a suite ran no tests.
import { readFileSync } from 'node:fs';

const sums = { passed: 0, failed: 0, skipped: 0 };
let empty = false;
for (const file of process.argv.slice(2)) {
  const report = JSON.parse(readFileSync(file, 'utf8'));
  sums.passed += report.numPassedTests;
  sums.failed += report.numFailedTests + report.numRuntimeErrorTestSuites;
  sums.skipped += report.numPendingTests + report.numTodoTests;
  empty ||= report.numTotalTests === 0;
}
process.stdout.write(`${sums.passed} passed, ${sums.failed} failed, ${sums.skipped} skipped\n`);
process.exit(empty || sums.failed > 0 || process.argv.length < 4 ? 1 : 0);
