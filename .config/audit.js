// Asks the registry for security advisories about the packages in the lock file, and fails for a severity of moderate or above.
// Many mirrors do not support audits: this is reported, and is a failure only with --required.
import { execFile } from 'node:child_process';

const GRAVE = ['moderate', 'high', 'critical'];
const say = (text) => process.stderr.write(`${text}\n`);

const answer = await new Promise((resolve) => {
  const args = ['audit', '--package-lock-only', '--json', '--loglevel=error', '--fetch-retries=1'];
  execFile('npm', args, { maxBuffer: 2 ** 26 }, (failure, stdout, stderr) => resolve({ failure, stdout, stderr }));
});
const report = JSON.parse(answer.stdout || '{}');

if (!report.vulnerabilities && !answer.stderr.includes('audit endpoint')) {
  say(`npm audit failed: ${answer.failure}`);
  process.exitCode = 1;
} else if (!report.vulnerabilities) {
  say(
    `npm audit was NOT run, nothing is known: the registry gave no answer (${report.statusCode ?? 'no connection'}).`,
  );
  process.exitCode = process.argv.includes('--required') ? 1 : 0;
} else {
  // A package is also listed if only its dependencies are affected. The advisories are the objects in `via`; strings are names.
  const found = new Map();
  for (const cause of Object.values(report.vulnerabilities).flatMap(({ via }) => via)) {
    if (GRAVE.includes(cause.severity)) found.set(cause.url.split('/').at(-1), cause);
  }
  for (const [id, { severity, name, title, url }] of found) say(`${id} (${severity}) in ${name}: ${title}. ${url}`);
  say(`npm audit: ${found.size} open at moderate or above`);
  process.exitCode = found.size > 0 ? 1 : 0;
}
