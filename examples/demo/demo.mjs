// The demo: the same work one at a time and at once, on the files of node_modules, with the answers compared.
//
//   npm run demo                    starts, or goes on where the last run was stopped
//   npm run demo -- --fresh         starts over
//   npm run demo -- --limit 50      fewer files
import { readArguments, UsageError } from './arguments.mjs';
import { chooseFiles } from './choose-files.mjs';
import { runCommandsPart } from './commands-part.mjs';
import { runFunctionsPart } from './functions-part.mjs';
import { describeMachine } from './machine.mjs';
import { openOutput } from './output-folder.mjs';
import { writeReport } from './report.mjs';
import { Screen } from './screen.mjs';
import { stopOnSignals } from './stop.mjs';

const screen = new Screen(process.stdout, process.stderr);
const stop = stopOnSignals();

let output;
try {
  const { fresh, limit, folder } = readArguments(process.argv.slice(2));
  output = await openOutput(folder, fresh);
  const machine = describeMachine();
  screen.title(machine, output);

  const files = await chooseFiles(limit);
  const setting = { output, screen, signal: stop.signal };
  const parts = [
    await runFunctionsPart(files.forFunctions, setting),
    await runCommandsPart(files.forCommands, setting),
  ].filter((part) => part !== undefined);

  await writeReport(output, machine, parts);
  await output.finish();
  screen.files(output);
  process.exitCode = parts.every(({ different }) => different === 0) ? 0 : 1;
} catch (error) {
  process.exitCode = stop.exitCode ?? (error instanceof UsageError ? 2 : 1);
  if (stop.exitCode === undefined) screen.failed(error);
  else screen.stopped(output);
} finally {
  await output?.close();
}
