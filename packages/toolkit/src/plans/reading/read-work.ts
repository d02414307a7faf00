import { isAtonceError } from 'atonce';
import type { Work } from '../plan.ts';
import type { PlanTools } from '../plan-tools.ts';
import { hasReferences } from '../references.ts';
import type { PlanText } from './plan-text.ts';

/** Where a task's fields are read from. */
export interface WorkSource {
  readonly text: PlanText;
  readonly tools: PlanTools;
  /** The task itself, for problems that concern all of it. */
  readonly node: unknown;
  readonly fields: ReadonlyMap<string, unknown>;
  readonly shell: boolean;
  /** Relative paths are meant from here. */
  readonly folder: string;
}

const GROUP: Work = { kind: 'group' };

/** What a task does: a command, a script, a function, or nothing when it only needs others. */
export function readWork(source: WorkSource): Work {
  const { text, fields, node } = source;
  const [hasRun, hasModule] = [fields.has('run'), fields.has('module')];
  if (hasRun && hasModule) text.report(fields.get('module'), 'a task has run or module, not both');
  if (fields.has('input') && !hasModule)
    text.report(fields.get('input'), 'input is for functions: it needs module');
  if (hasModule && !hasRun) return readFunction(source);
  if (hasRun) return source.shell ? readScript(source) : readCommand(source);
  if (!fields.has('needs'))
    text.report(node, 'a task has run or module; one that only has needs is a name for several');
  return GROUP;
}

function readCommand({ text, tools, fields }: WorkSource): Work {
  const node = fields.get('run');
  if (text.isList(node)) {
    const words = text.words(node, 'a word of run').map((word) => word.text);
    if ((words[0] ?? '') === '') text.report(node, 'run has no command');
    refuseNul(text, node, words);
    return { kind: 'command', words };
  }
  const line = text.text(node, 'run');
  if (line === undefined) return GROUP;
  try {
    const words = tools.splitWords(line);
    if ((words[0] ?? '') === '') text.report(node, 'run has no command');
    refuseNul(text, node, words);
    return { kind: 'command', words };
  } catch (error) {
    if (!isAtonceError(error, 'E_OPTION')) throw error;
    text.report(node, error.message.replaceAll('--shell', '`shell: true`'));
    return GROUP;
  }
}

function refuseNul(text: PlanText, node: unknown, words: readonly string[]): void {
  if (words.some((word) => word.includes('\0')))
    text.report(node, 'run holds a NUL byte, which no argument can');
}

function readScript({ text, fields }: WorkSource): Work {
  const node = fields.get('run');
  if (text.isList(node)) {
    text.report(node, 'with a shell run is one text, not a list');
    return GROUP;
  }
  const script = text.text(node, 'run');
  if (script === undefined) return GROUP;
  if (script.trim() === '') text.report(node, 'run has no command');
  refuseNul(text, node, [script]);
  if (hasReferences(script)) {
    const how = 'put it into a variable (env: { X: \'{results.NAME}\' }) and write "$X"';
    text.report(node, `a result must not become shell text: ${how}`);
  }
  return { kind: 'script', script };
}

function readFunction({ text, tools, fields, folder }: WorkSource): Work {
  const node = fields.get('module');
  const name = text.text(node, 'module');
  if (name === undefined) return GROUP;
  const input = fields.has('input') ? (text.json(fields.get('input')) ?? null) : null;
  try {
    return { kind: 'function', name, ...tools.findFunction(name, folder), input };
  } catch (error) {
    if (!isAtonceError(error, 'E_OPTION')) throw error;
    text.report(node, error.message);
    return GROUP;
  }
}
