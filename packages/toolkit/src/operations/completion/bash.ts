import type { Completable, CompletableOption, CompletableVerb } from './completion-script.ts';

/** A completion script for bash 3.2 and up; it needs nothing but bash. */
export function bashScript({ verbs, globalOptions }: Completable): string {
  const verbNames = verbs.map(({ name }) => name);
  return `# Completion of atonce for bash. Made by: atonce completion bash
_atonce() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}
  local verb='' words=0 items=0 expects='' index word
  COMPREPLY=()
  # bash cuts --option=value in three words.
  if [[ $current == '=' ]]; then
    current=''
  elif [[ $previous == '=' ]]; then
    previous=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  for ((index = 1; index < COMP_CWORD; index++)); do
    word=\${COMP_WORDS[index]}
    if [[ -n $expects ]]; then
      expects=''
    elif [[ $word == ::* ]]; then
      items=1
    elif [[ -z $verb ]]; then
      case $word in
${valueCases(globalOptions, 8, 'expects=1 ;;')}
        -*) ;;
        *) verb=$word ;;
      esac
    elif [[ $word != -* ]]; then
      words=$((words + 1))
    fi
  done
  if [[ -z $verb ]]; then
    case $previous in
${valueReplies(globalOptions)}
    esac
    COMPREPLY=($(compgen -W '${[...verbNames, ...flags(globalOptions)].join(' ')}' -- "$current"))
    return
  fi
  if ((items)); then
    COMPREPLY=($(compgen -f -- "$current"))
    return
  fi
  case $verb in
${verbs.map(verbCase).join('\n')}
  esac
}
complete -o filenames -o bashdefault -F _atonce atonce
`;
}

function verbCase(verb: CompletableVerb): string {
  const rest = verb.takesCommand
    ? `if ((words == 0)); then COMPREPLY=($(compgen -c -- "$current"))
      else COMPREPLY=($(compgen -f -- "$current")); fi`
    : `COMPREPLY=($(compgen -W '${verb.words.join(' ')}' -- "$current"))`;
  return `    ${verb.name})
      case $previous in
${valueReplies(verb.options)}
      esac
      if [[ $current == -* ]]; then
        COMPREPLY=($(compgen -W '${flags(verb.options).join(' ')}' -- "$current"))
        return
      fi
      ${rest}
      ;;`;
}

function flags(options: readonly CompletableOption[]): readonly string[] {
  return options.map(({ name }) => `--${name}`);
}

/** Cases for what may follow options that take a value. */
function valueReplies(options: readonly CompletableOption[]): string {
  const cases = options.filter(({ takesValue }) => takesValue);
  if (cases.length === 0) return '        *) ;;';
  return cases
    .map((option) => `        ${pattern(option)}) ${reply(option)}; return ;;`)
    .join('\n');
}

function valueCases(options: readonly CompletableOption[], indent: number, act: string): string {
  const patterns = options.filter(({ takesValue }) => takesValue).map(pattern);
  return `${' '.repeat(indent)}${patterns.join('|')}) ${act}`;
}

function pattern({ name, short }: CompletableOption): string {
  return short === undefined ? `--${name}` : `--${name}|-${short}`;
}

function reply({ choices, completes }: CompletableOption): string {
  if (completes === 'file') return 'COMPREPLY=($(compgen -f -- "$current"))';
  if (completes === 'directory') return 'COMPREPLY=($(compgen -d -- "$current"))';
  return `COMPREPLY=($(compgen -W '${choices.join(' ')}' -- "$current"))`;
}
