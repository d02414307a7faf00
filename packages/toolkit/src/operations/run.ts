import { type ExecutionValues, executionOptions } from './execution-options.ts';
import type { Operation } from './operation.ts';
import { choice, directory, file, flag, text } from './option-kinds.ts';
import type { OptionTable } from './option.ts';

/** Where items come from and how they are read. */
interface InputValues {
  readonly null: boolean;
  readonly csv: boolean;
  readonly tsv: boolean;
  readonly header: boolean;
  readonly colsep: string | undefined;
  readonly argFile: string | undefined;
  readonly skipEmpty: boolean;
}

/** How a command is run and what becomes of its output. */
interface CommandValues {
  readonly shell: boolean;
  readonly output: 'group' | 'line' | 'raw';
  readonly tag: boolean;
  readonly results: string | undefined;
  readonly joblog: string | undefined;
  readonly spawn: 'auto' | 'direct' | 'helper';
}

/** A function instead of a command. */
interface ModuleValues {
  readonly module: string | undefined;
  readonly on: 'loop' | 'threads' | 'processes' | 'auto';
  readonly emit: 'records' | 'values';
}

/** Tasks that need each other instead of a command for items. */
interface PlanValues {
  readonly file: string | undefined;
  readonly graph: 'none' | 'text' | 'mermaid' | 'dot';
  readonly history: string | undefined;
}

/** The options of `atonce run`. */
export type RunValues = ExecutionValues & InputValues & CommandValues & ModuleValues & PlanValues;

const inputOptions: OptionTable<InputValues> = {
  null: flag({
    short: '0',
    doc: 'Items of files and of standard input end with NUL instead of a line end.',
    conflicts: [{ option: 'csv' }, { option: 'tsv' }],
  }),
  csv: flag({
    doc: 'Files and standard input are CSV: {1}, {2} are the columns, quotes are respected.',
    conflicts: [{ option: 'tsv' }, { option: 'colsep' }],
  }),
  tsv: flag({
    doc: 'Files and standard input are values separated by tabs.',
    conflicts: [{ option: 'colsep' }],
  }),
  header: flag({
    doc: 'The first record of each source names its columns: {name} stands for them.',
  }),
  colsep: text({
    placeholder: 'REGEXP',
    doc: 'Split each item at this regular expression into columns: {1}, {2} and so on.',
  }),
  argFile: file({
    short: 'a',
    doc: 'Read items from this file; the same as :::: FILE. A dash is standard input.',
  }),
  skipEmpty: flag({ short: 'r', doc: 'Leave out items that hold nothing but white space.' }),
};

const commandOptions: OptionTable<CommandValues> = {
  shell: flag({
    doc:
      'Give the command to /bin/sh, for pipes, redirections and variables. Items are quoted, so' +
      ' that none of them is ever read as shell text.',
  }),
  output: choice({
    choices: ['group', 'line', 'raw'],
    defaultValue: 'group',
    env: true,
    doc:
      'How output of jobs is passed on. group: a job at a time, when it has ended. line: whole' +
      ' lines as they come. raw: bytes as they come.',
    conflicts: [{ option: 'keepOrder', because: 'only grouped output can be put in order' }],
  }),
  tag: flag({
    env: true,
    doc: 'Begin each line of output with the item it belongs to.',
    conflicts: [{ option: 'output', value: 'raw', because: 'raw output has no lines' }],
  }),
  results: directory({
    doc: 'Keep the output of each job in files of this folder.',
  }),
  joblog: file({
    doc: 'Write a line for each job that ended, in the format of GNU parallel --joblog.',
  }),
  spawn: choice({
    choices: ['auto', 'direct', 'helper'],
    defaultValue: 'auto',
    env: true,
    doc:
      'What starts the processes. helper: a small process, which is quick however large this one' +
      ' is. auto: whichever is quicker.',
  }),
};

const moduleOptions: OptionTable<ModuleValues> = {
  module: text({
    placeholder: 'FILE#EXPORT',
    doc:
      'Apply this function of a JavaScript module instead of a command; without #EXPORT its default' +
      ' export. Items are JSON values, one per line of standard input or of files; results are' +
      ' JSON lines.',
    conflicts: [
      { option: 'shell' },
      { option: 'tag' },
      { option: 'output' },
      { option: 'results' },
      { option: 'joblog' },
      { option: 'spawn' },
      { option: 'null' },
      { option: 'csv' },
      { option: 'tsv' },
      { option: 'header' },
      { option: 'colsep' },
      { option: 'json', because: 'its results are JSON lines already' },
    ],
  }),
  on: choice({
    choices: ['auto', 'loop', 'threads', 'processes'],
    defaultValue: 'auto',
    requires: ['module'],
    doc: 'Where the function runs. auto: measures a few items, decides and says why.',
  }),
  emit: choice({
    choices: ['records', 'values'],
    defaultValue: 'records',
    requires: ['module'],
    doc:
      'What is written for each item. records: {index, ok, value} or {index, ok, error}. values:' +
      ' the bare value, and nothing for items that failed.',
  }),
};

const planOptions: OptionTable<PlanValues> = {
  file: file({
    short: 'f',
    doc:
      'Run the tasks of this plan, each as soon as those it needs are done: all of them, or the TASKs' +
      ' that are named with all that they need. A dash is standard input.',
    conflicts: [
      ...['module', 'shell', 'null', 'csv', 'tsv', 'header', 'colsep', 'argFile', 'skipEmpty'].map(
        (option) => ({ option }),
      ),
      { option: 'rate', because: 'pools hold tasks back' },
    ],
  }),
  graph: choice({
    choices: ['none', 'text', 'mermaid', 'dot'],
    defaultValue: 'none',
    requires: ['file'],
    doc: 'Print which task needs which, and run nothing.',
    conflicts: [{ option: 'dryRun' }, { option: 'resume' }],
  }),
  history: file({
    requires: ['file'],
    doc:
      'Learn how long tasks take from this journal of an earlier run, or from all journals of a' +
      ' folder. That of --journal is looked at in any case.',
  }),
};

/** `atonce run`: a command or a function, applied to many items at once. */
export const runOperation: Operation<RunValues> = {
  name: 'run',
  summary: 'run a command for each of many items, many at once',
  description: [
    'Each item fills the replacement strings of the command: {} the item, {.} without its' +
      ' extension, {/} its file name, {//} its folder, {/.} its file name without extension, {#}' +
      " the job's number, {%} its slot, {1} {2} a column or source, {name} a column by its name." +
      ' A command without any gets the item as its last word.',
    'Items come from the words after :::, from the files after ::::, or, without any of the two,' +
      ' from standard input, one per line. Several sources are combined each with each; :::+ and' +
      ' ::::+ take them side by side. What stands after ::: is never read as an option.',
    'The command is one quoted word, or several words after --. No shell reads it unless --shell' +
      ' is given, so items may hold spaces, quotes and dollar signs.',
    'With --file the words are names of tasks instead: the file says what each runs and which others it' +
      ' needs.',
  ],
  usage: [
    "run [OPTIONS] 'COMMAND' [::: ITEM... | :::: FILE...]",
    'run [OPTIONS] -- COMMAND WORD... [::: ITEM... | :::: FILE...]',
    'run [OPTIONS] --module FILE#EXPORT [:::: FILE | < ITEMS.jsonl]',
    'run [OPTIONS] --file PLAN.yaml [TASK...]',
  ],
  arguments: [
    {
      placeholder: 'COMMAND',
      doc: 'The command, as one quoted word or, after --, as several words.',
      required: false,
      variadic: true,
      choices: [],
      completes: 'command',
    },
  ],
  takesItems: true,
  optionGroups: [
    { title: 'How jobs run', options: executionOptions },
    { title: 'Where items come from', options: inputOptions },
    { title: 'The command and its output', options: commandOptions },
    { title: 'A function instead of a command', options: moduleOptions },
    { title: 'A plan of tasks instead of items', options: planOptions },
  ],
  options: {
    ...executionOptions,
    ...inputOptions,
    ...commandOptions,
    ...moduleOptions,
    ...planOptions,
  },
  examples: [
    {
      command: "atonce run 'convert {} {.}.png' ::: *.svg",
      doc: 'One job for each file, as many at once as there are cores.',
    },
    {
      command: 'atonce run -j 8 --retries 3 --timeout 30s -- curl -sSfO {} :::: urls.txt',
      doc: 'Eight downloads at a time, with three more tries each and half a minute for each try.',
    },
    {
      command: "find . -name '*.log' -print0 | atonce run -0 gzip",
      doc: 'Items from standard input, whatever their names hold.',
    },
    {
      command: "atonce run --shell 'grep -c ERROR {} > {.}.count' ::: *.log",
      doc: 'With a shell, for the redirection.',
    },
    {
      command: "atonce run --csv --header 'mail -s {subject} {address}' :::: people.csv",
      doc: 'Columns by their names.',
    },
    {
      command: "atonce run --journal run.journal --resume './slow {}' :::: items.txt",
      doc: 'Goes on where an earlier run of the same command ended.',
    },
    {
      command: 'atonce run --module ./hash.js#hash --on threads < items.jsonl > hashes.jsonl',
      doc: 'A function over JSON values, on worker threads.',
    },
    {
      command: 'atonce run -f plan.yaml --dry-run',
      doc: 'What a plan would do, in which order, and when.',
    },
    {
      command: 'atonce run -f plan.yaml -j 4 --journal plan.journal test lint',
      doc: 'Two tasks of a plan and all that they need, four at once; can be resumed.',
    },
  ],
  async run(invocation, host) {
    if (invocation.options.file !== undefined) {
      const { runPlanFile } = await import('./run/run-plan-file.ts');
      return runPlanFile(invocation, host);
    }
    if (invocation.options.module === undefined) {
      const { runCommand } = await import('./run/run-command.ts');
      return runCommand(invocation, host);
    }
    const { runModule } = await import('./run/run-module.ts');
    return runModule(invocation, host);
  },
};
