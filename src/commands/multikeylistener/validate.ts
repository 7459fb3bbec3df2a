import { BaseCommand } from '../../cli/base-command.js';
import { fileArgs, filesFlag, validateOutput } from '../../cli/flags.js';
import { filesFrom } from '../../cli/names.js';
import { checkFiles } from '../../cli/input/resources.js';
import { Failure } from '../../model/failure.js';
import { jsonText } from '../../model/text.js';
import { Validation, type FileRemark } from '../../operations/validate/validation.js';
import { annotation, remarkLine, summaryLine, validateDocument } from '../../view/validate.js';

export default class Validate extends BaseCommand {
  static override aliases = ['mkl:validate'];
  static override usage = ['<%= command.id %> FILE... [FLAGS]', '<%= command.id %> -f FILE [FLAGS]'];
  static override summary = 'Validate files of MultiKeyListeners offline';
  static override description =
    'Reports every problem with its file, line and column. Skips documents of other kinds. Exits 2 if there is an error.';
  static override examples = [
    '<%= config.bin %> multikeylistener validate -f web.yaml',
    '<%= config.bin %> mkl validate -R deploy --platform linux',
    "<%= config.bin %> mkl validate 'deploy/**/*.yaml' -o github",
    'helm template shop | <%= config.bin %> mkl validate -f - -o json',
  ];
  static override strict = false;
  static override args = fileArgs;
  static override flags = { ...filesFlag, ...validateOutput };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(Validate);
    const context = this.contextOf(flags);
    const words = filesFrom(argv, flags, 'validate');
    const { out } = context.io;
    const json = flags.output === 'json';
    const remarks: FileRemark[] = [];
    // For -o json remarks outlive their file. They are copied, because a slice of a string keeps the whole string in memory.
    const copied = (remark: FileRemark): FileRemark => JSON.parse(JSON.stringify(remark)) as FileRemark;
    const validation = new Validation((remark) => remarks.push(json ? copied(remark) : remark));
    const told = (): void => {
      if (json) return;
      out.lines(remarks.map((each) => (flags.output === 'github' ? annotation(each) : remarkLine(each, out.style))));
      remarks.length = 0;
    };
    await checkFiles(words, { recursive: flags.recursive }, context, validation, { told });
    const { counts, omitted } = validation;
    if (json) out.write(`${jsonText(validateDocument(remarks, counts, omitted), 2)}\n`);
    const summary = summaryLine(counts, omitted);
    if (counts.errors > 0) throw new Failure('invalid', summary);
    this.notice(context, summary);
    if (counts.documents === 0) this.warning(context, 'No MultiKeyListeners found in the files.');
  }
}
