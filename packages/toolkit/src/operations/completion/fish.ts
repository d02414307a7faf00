import type { Completable, CompletableOption, CompletableVerb } from './completion-script.ts';
import { firstSentence } from './zsh.ts';

/** A completion script for fish 3 and up. */
export function fishScript({ verbs, globalOptions }: Completable): string {
  const lines = [
    '# Completion of atonce for fish. Made by: atonce completion fish',
    'function __atonce_at_items',
    "    string match -qr -- '^:::' (commandline -opc)",
    'end',
    'function __atonce_verb',
    `    set -l words (commandline -opc)`,
    `    set -l takes_value ${valueFlags(globalOptions).join(' ')}`,
    '    set -l skip 0',
    '    for word in $words[2..-1]',
    '        if test $skip = 1',
    '            set skip 0',
    '        else if contains -- $word $takes_value',
    '            set skip 1',
    "        else if not string match -q -- '-*' $word",
    '            echo $word',
    '            return 0',
    '        end',
    '    end',
    '    return 1',
    'end',
    'function __atonce_in',
    '    test (__atonce_verb) = $argv[1] 2>/dev/null; and not __atonce_at_items',
    'end',
    "complete -c atonce -n 'not __atonce_verb' -f",
    ...globalOptions.map((option) => optionLine("-n 'not __atonce_verb'", option)),
    ...verbs.flatMap((verb) => verbLines(verb)),
  ];
  return `${lines.join('\n')}\n`;
}

function valueFlags(options: readonly CompletableOption[]): readonly string[] {
  return options
    .filter(({ takesValue }) => takesValue)
    .flatMap(({ name, short }) => [`--${name}`, ...(short === undefined ? [] : [`-${short}`])]);
}

function verbLines(verb: CompletableVerb): readonly string[] {
  const condition = `-n '__atonce_in ${verb.name}'`;
  return [
    `complete -c atonce -n 'not __atonce_verb' -f -a ${verb.name} -d ${quote(verb.summary)}`,
    ...(verb.words.length > 0
      ? [`complete -c atonce ${condition} -f -a ${quote(verb.words.join(' '))}`]
      : []),
    ...(verb.takesCommand
      ? [`complete -c atonce ${condition} -a '(__fish_complete_command)'`]
      : []),
    ...verb.options.map((option) => optionLine(condition, option)),
  ];
}

function optionLine(condition: string, option: CompletableOption): string {
  const { name, short, doc, takesValue, choices, completes } = option;
  const parts = [
    'complete -c atonce',
    condition,
    `-l ${name}`,
    ...(short === undefined ? [] : [`-s ${short}`]),
    ...(takesValue ? [completes === 'nothing' ? '-x' : '-r'] : []),
    ...(choices.length > 0 ? [`-a ${quote(choices.join(' '))}`] : []),
    ...(completes === 'directory' ? [`-a '(__fish_complete_directories)'`] : []),
    ...(completes === 'file' ? ['-F'] : []),
    `-d ${quote(firstSentence(doc))}`,
  ];
  return parts.join(' ');
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
