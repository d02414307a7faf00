import type { Completable, CompletableOption, CompletableVerb } from './completion-script.ts';

/** A completion script for zsh, to be loaded from `$fpath` or evaluated after `compinit`. */
export function zshScript({ verbs, globalOptions }: Completable): string {
  return `#compdef atonce
# Completion of atonce for zsh. Made by: atonce completion zsh
_atonce() {
  local curcontext="$curcontext" state line
  typeset -A opt_args
  _arguments -C -S \\
${specs(globalOptions, 4)} \\
    '1:verb:->verb' \\
    '*::argument:->arguments'
  case $state in
    verb)
      local -a verbs
      verbs=(
${verbs.map(({ name, summary }) => `        ${quote(`${name}:${summary}`)}`).join('\n')}
      )
      _describe -t verbs 'verb' verbs
      ;;
    arguments)
      if (( \${words[(I)::*]} && \${words[(I)::*]} < CURRENT )); then
        _files
        return
      fi
      case $line[1] in
${verbs.map(verbCase).join('\n')}
      esac
      ;;
  esac
}
if [[ $funcstack[1] == _atonce ]]; then
  _atonce "$@"
else
  compdef _atonce atonce
fi
`;
}

function verbCase(verb: CompletableVerb): string {
  const rest = verb.takesCommand
    ? ["'1:command:_command_names -e'", "'*:argument:_files'"]
    : verb.words.length > 0
      ? [`'1:argument:(${verb.words.join(' ')})'`]
      : [];
  const lines = [specs(verb.options, 12), ...rest.map((spec) => `            ${spec}`)];
  return `        ${verb.name})
          _arguments -S \\
${lines.join(' \\\n')}
          ;;`;
}

function specs(options: readonly CompletableOption[], indent: number): string {
  return options.map((option) => ' '.repeat(indent) + spec(option)).join(' \\\n');
}

/** One argument of \`_arguments\`: names that exclude each other, description, value. */
function spec({ name, short, doc, takesValue, choices, completes }: CompletableOption): string {
  const description = `[${firstSentence(doc).replace(/[\\[\]:]/g, '\\$&')}]`;
  const value = takesValue ? `:${name}:${action(choices, completes)}` : '';
  const long = takesValue ? `--${name}=` : `--${name}`;
  if (short === undefined) return quote(`${long}${description}${value}`);
  const brief = takesValue ? `-${short}+` : `-${short}`;
  return `'(-${short} --${name})'{${brief},${long}}${quote(`${description}${value}`)}`;
}

function action(choices: readonly string[], completes: CompletableOption['completes']): string {
  if (completes === 'file') return '_files';
  if (completes === 'directory') return '_files -/';
  return choices.length > 0 ? `(${choices.join(' ')})` : ' ';
}

/** Descriptions in a list are one line. */
export function firstSentence(doc: string): string {
  return /^.*?(?<=[\w%)])[.:](?= |$)/.exec(doc)?.[0].slice(0, -1) ?? doc;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
