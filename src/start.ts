import process from 'node:process';
import { forgetDeadTerminals } from './cli/terminal/hang-up.js';
import { isGiven, readCommandLine, scan } from './program/command-line.js';
import { ownFilesIn, type OwnFiles } from './program/own-files.js';

/**
 * The entry of bin/skupper.js: decides whether another program, the completion or a command handles the line, before it loads
 * any of them. Hand-over and completion never load oclif.
 *
 * @param argv the words after the program's name
 * @param root the folder that contains package.json
 */
export function start(argv: string[], root: string): Promise<void> {
  return startWith(argv, ownFilesIn(root));
}

/** The entry of the kubectl plugin: the same commands, on Kubernetes unless --platform says otherwise. */
export function startPlugin(argv: string[], root: string): Promise<void> {
  return startPluginWith(argv, ownFilesIn(root));
}

/** As `start`; `files` reads the program's own files. */
export async function startWith(argv: string[], files: OwnFiles): Promise<void> {
  traceSources(argv);
  process.on('exit', forgetDeadTerminals);
  const read = readCommandLine(argv);
  if (read.to === 'other') {
    const { handOver } = await import('./cli/handover/handover.js');
    await handOver(read.argv, read.topic);
  } else if (read.to === 'completion') {
    const { printCompletions } = await import('./program/completion/print-completions.js');
    await printCompletions(read.argv, files);
  } else {
    const { run } = await import('./program/run.js');
    await run(read.line, files);
    const { leave } = await import('./cli/terminal/streams.js');
    leave();
  }
}

/** As `startPlugin`; `files` reads the program's own files. */
export async function startPluginWith(argv: string[], files: OwnFiles): Promise<void> {
  process.env['SKUPPER_PLATFORM'] = 'kubernetes';
  await startWith(argv[0] === '--version' ? argv : ['mkl', ...argv], files);
}

/** With --debug stack traces name the source files. This runs first, because Node reads source maps only of files loaded later. */
function traceSources(argv: readonly string[]): void {
  if (isGiven(scan(argv).tokens, '--debug')) process.setSourceMapsEnabled(true);
}
