import { countOf } from '../../report/count.ts';
import { type Cell, line, type Section, span, type Tone } from '../../report/section.ts';
import { exitCodes } from '../exit-codes.ts';
import type { OperationHost, OperationResult } from '../operation.ts';
import {
  checkCores,
  checkGit,
  checkMemory,
  checkOpenFiles,
  checkTemporaryFolder,
  checkTerminal,
} from './checks.ts';
import type { Finding } from './finding.ts';
import { readMachine } from './machine.ts';
import { checkNode } from './node-support.ts';

/** Looks at everything and says what was found. */
export async function examine({
  terminal,
}: Pick<OperationHost, 'terminal'>): Promise<OperationResult> {
  const machine = await readMachine();
  return doctorResult([
    checkCores(machine),
    checkMemory(machine),
    checkOpenFiles(machine),
    checkNode(machine.nodeVersion, new Date()),
    checkGit(machine),
    checkTerminal(terminal),
    checkTemporaryFolder(machine),
  ]);
}

/** The findings as an operation's result. */
export function doctorResult(findings: readonly Finding[]): OperationResult {
  const problems = findings.filter(({ level }) => level === 'problem');
  const warnings = findings.filter(({ level }) => level === 'warning');
  const sum =
    problems.length + warnings.length === 0
      ? 'all is well'
      : `${countOf(problems.length, 'problem')}, ${countOf(warnings.length, 'warning')}`;
  return {
    exitCode: problems.length > 0 ? exitCodes.failed : exitCodes.ok,
    interrupted: false,
    data: { findings },
    output: [table(findings), line(span('strong', sum))],
    notes: [],
    warnings: [],
    errors: [],
  };
}

const tones: Readonly<Record<Finding['level'], Tone>> = {
  ok: 'good',
  warning: 'warning',
  problem: 'bad',
};

function table(findings: readonly Finding[]): Section {
  const rows = findings.flatMap(({ subject, level, found, advice }): (readonly Cell[])[] => [
    [span(tones[level], level), subject, found],
    ...(advice === undefined ? [] : [['', '', span('dim', `→ ${advice}`)]]),
  ]);
  return { kind: 'table', columns: [{}, {}, { wrap: true }], rows };
}
