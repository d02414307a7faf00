/** What concerns the program that this process was started with, not those that it starts. */
const OWN = /^--(?:inspect|input-type)/;
/** Options with a program in the argument behind them. */
const WITH_PROGRAM = /^(?:-e|-p|-pe|--eval|--print)$/;
const PROGRAM = /^--(?:eval|print)=/;

/**
 * Node's options of this process, for workers: without a program given on the command line, which each
 * worker would run instead of its own, and a debugger's port, which can be had only once.
 */
export function inheritedArguments(given: readonly string[] = process.execArgv): readonly string[] {
  return given.filter((argument, position) => {
    const before = given[position - 1];
    const isProgram =
      before !== undefined && WITH_PROGRAM.test(before) && !argument.startsWith('-');
    return !isProgram && ![OWN, WITH_PROGRAM, PROGRAM].some((pattern) => pattern.test(argument));
  });
}
