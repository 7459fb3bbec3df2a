import { setImmediate } from 'node:timers/promises';
import { Failure } from '../../model/failure.js';
import type { MultiKeyListener } from '../../model/resource.js';
import { Validation, type FileRemark } from '../../operations/validate/validation.js';
import { remarkPlace, summaryLine } from '../../view/validate.js';
import type { Context } from '../context.js';
import type { Narrator } from '../terminal/narrator.js';
import type { InputChoice } from './files.js';
import { counted } from '../../model/text.js';

export interface CheckFilesOptions {
  /** Called after each file. */
  told?(): void;
  /** Gets each valid MultiKeyListener. */
  keep?(resource: MultiKeyListener): void;
}

/**
 * Reads and checks the files of a command line: files, folders, patterns, URLs and `-`. All problems are added to the
 * validation.
 *
 * @throws Failure `interrupted`; `usage` if `-` is a terminal
 */
export async function checkFiles(
  words: readonly string[],
  choice: InputChoice,
  context: Context,
  validation: Validation,
  { told, keep }: CheckFilesOptions,
): Promise<void> {
  const { findFiles } = await import('./files.js');
  const { readText } = await import('./read-text.js');
  const { FileChecker } = await import('../../operations/validate/check-file.js');
  const pause = async (): Promise<void> => {
    await setImmediate();
    if (context.signal.aborted) throw new Failure('interrupted', 'interrupted');
  };
  const { identityOnly } = choice;
  const rules = { family: context.platform.family, namespace: context.namespace, identityOnly };
  const checker = new FileChecker(rules, validation, { pause, ...(keep && { keep }) });
  for await (const file of findFiles(words, choice)) {
    validation.counts.files += 1;
    const content = await readText(file, context.io, context.signal);
    if ('why' in content) validation.unreadable(file.name, `cannot be read: ${content.why}`);
    else await checker.check({ file: file.name, named: file.named, text: content.text });
    told?.();
    await checker.breathe();
  }
}

/**
 * Reads the MultiKeyListeners of all files, in order, for commands that send them. A notice counts the skipped documents and
 * files.
 *
 * @param choice `atLeastOne`: throw if the files contain no MultiKeyListener
 * @throws Failure `bad-file` if a file cannot be read, `invalid` if a document is invalid; with every problem of every file
 *   and its position
 */
export async function readResources(
  words: readonly string[],
  choice: InputChoice & { atLeastOne?: boolean },
  context: Context,
  say: Narrator,
): Promise<MultiKeyListener[]> {
  const resources: MultiKeyListener[] = [];
  const remarks: FileRemark[] = [];
  const validation = new Validation((remark) => {
    if (remark.severity === 'error') remarks.push(remark);
  });
  await checkFiles(words, choice, context, validation, { keep: (resource) => resources.push(resource) });
  const { counts, omitted } = validation;
  if (counts.errors > 0) {
    throw new Failure(counts.unreadable > 0 ? 'bad-file' : 'invalid', summaryLine(counts, omitted), {
      causes: remarks.map((remark) => {
        const field = [remarkPlace(remark), remark.field].filter(Boolean).join(': ');
        return { field, message: remark.message, ...(remark.rule !== undefined && { rule: remark.rule }) };
      }),
      hint: 'Nothing was written.',
    });
  }
  const passedOver = [
    counts.skipped > 0 ? `${counted(counts.skipped, 'document')} of other kinds` : '',
    counts.empty > 0 ? `${counted(counts.empty, 'file')} without documents` : '',
  ].filter(Boolean);
  if (choice.atLeastOne && resources.length === 0) {
    const causes = passedOver.map((message) => ({ field: 'found', message }));
    throw new Failure('bad-file', 'the files contain no MultiKeyListener', { causes, hint: 'Nothing was written.' });
  }
  if (passedOver.length > 0) say.notice(context, `${passedOver.join(' and ')} skipped.`);
  return resources;
}
