import type { Operation } from './operation.ts';

const shells = ['bash', 'zsh', 'fish'] as const;

/** `atonce completion`: a script that teaches a shell to complete this command. */
export const completionOperation: Operation<Record<never, never>> = {
  name: 'completion',
  summary: 'print a script that teaches your shell to complete atonce',
  description: [
    'bash: add this line to ~/.bashrc: eval "$(atonce completion bash)"',
    'zsh: write the script to a file named _atonce in a folder of $fpath, or add' +
      ' this line to ~/.zshrc after compinit: eval "$(atonce completion zsh)"',
    'fish: write the script to ~/.config/fish/completions/atonce.fish.',
  ],
  usage: ['completion bash|zsh|fish'],
  arguments: [
    {
      placeholder: 'SHELL',
      doc: 'The shell to be taught.',
      required: true,
      variadic: false,
      choices: shells,
      completes: 'nothing',
    },
  ],
  takesItems: false,
  optionGroups: [],
  options: {},
  examples: [
    { command: 'eval "$(atonce completion bash)"', doc: 'Completion in the bash you are in.' },
  ],
  async run({ words }) {
    const { completionScript } = await import('./completion/completion-script.ts');
    const [shell = ''] = words;
    const script = await completionScript(shell);
    return {
      exitCode: 0,
      interrupted: false,
      data: { shell, script },
      output: [{ kind: 'verbatim', text: script }],
      notes: [],
      warnings: [],
      errors: [],
    };
  },
};
