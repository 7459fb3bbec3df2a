import process from 'node:process';
import { isGiven, readCommandLine, scan } from './program/command-line.js';

/**
 * The entry of bin/skupper.js: decides who answers before anything large is
 * loaded. Hand-over and completion never load oclif.
 *
 * @param argv the words after the program's name
 * @param root the folder of package.json
 */
export async function start(argv: string[], root: string): Promise<void> {
  traceSources(argv);
  const read = readCommandLine(argv);
  if (read.to === 'other') {
    const { handOver } = await import('./cli/handover/handover.js');
    await handOver(read.argv, read.topic);
  } else if (read.to === 'completion') {
    const { printCompletions } = await import('./program/completion/print-completions.js');
    await printCompletions(read.argv, root);
  } else {
    const { run } = await import('./program/run.js');
    await run(read.line, root);
  }
}

/** The entry of the kubectl plugin: the same commands, on Kubernetes unless --platform says otherwise. */
export async function startPlugin(argv: string[], root: string): Promise<void> {
  process.env['SKUPPER_PLATFORM'] = 'kubernetes';
  await start(argv[0] === '--version' ? argv : ['mkl', ...argv], root);
}

/** With --debug stack traces name the sources; Node reads a source map only of what it loads afterwards. */
function traceSources(argv: readonly string[]): void {
  if (isGiven(scan(argv).tokens, '--debug')) process.setSourceMapsEnabled(true);
}
