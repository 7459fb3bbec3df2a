import process from 'node:process';
import { route } from './cli/handover/route.js';

/**
 * The entry of bin/skupper.js: decides who answers before anything large is
 * loaded. Hand-over and completion never load oclif.
 *
 * @param argv the words after the program's name
 * @param root the folder of package.json
 */
export async function start(argv: string[], root: string): Promise<void> {
  traceSources(argv);
  const way = route(argv);
  if (way.to === 'other') {
    const { handOver } = await import('./cli/handover/handover.js');
    await handOver(way.argv);
  } else if (way.to === 'completion') {
    const { printCompletions } = await import('./program/completion/print-completions.js');
    await printCompletions(way.argv, root);
  } else {
    const { run } = await import('./program/run.js');
    await run(way.argv, root);
  }
}

/** The entry of the kubectl plugin: the same commands, on Kubernetes unless --platform says otherwise. */
export async function startPlugin(argv: string[], root: string): Promise<void> {
  traceSources(argv);
  process.env['SKUPPER_PLATFORM'] = 'kubernetes';
  const { run } = await import('./program/run.js');
  await run(argv[0] === '--version' ? argv : ['mkl', ...argv], root);
}

/** With --debug stack traces name the sources; Node reads a source map only of what it loads afterwards. */
function traceSources(argv: readonly string[]): void {
  if (argv.includes('--debug')) process.setSourceMapsEnabled(true);
}
