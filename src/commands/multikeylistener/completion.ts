import { Args } from '../../cli/oclif.js';
import { BaseCommand } from '../../cli/base-command.js';
import { SCRIPTS, type Shell } from '../../cli/completion-scripts.js';
import { createIo } from '../../cli/terminal/io.js';

export default class Completion extends BaseCommand {
  static override aliases = ['mkl:completion'];
  static override usage = '<%= command.id %> (bash | zsh | fish)';
  static override summary = 'Print the completion script of a shell';
  static override description =
    'Completes commands, flags, namespaces, contexts, names, labels and routing keys. ' +
    'Source it after the completion script of Skupper itself, which keeps completing the other topics.';
  static override examples = [
    'source <(<%= config.bin %> multikeylistener completion bash)   # in ~/.bashrc',
    'source <(<%= config.bin %> multikeylistener completion zsh)    # in ~/.zshrc, after compinit',
    '<%= config.bin %> multikeylistener completion fish > ~/.config/fish/conf.d/skupper-mkl.fish',
  ];
  static override args = {
    shell: Args.string({
      description: 'shell to print the script for',
      ignoreStdin: true,
      required: true,
      options: Object.keys(SCRIPTS),
    }),
  };

  async run(): Promise<void> {
    const { args } = await this.parse(Completion);
    createIo().out.write(SCRIPTS[args.shell as Shell]);
  }
}
