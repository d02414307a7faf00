export type { CommandHost } from './commands/host.ts';
export type { CommandItem } from './commands/item.ts';
export { type PlannedCommand, planCommands } from './commands/plan-commands.ts';
export type { CommandRequest, OutputMode } from './commands/request.ts';
export { runCommands } from './commands/run-commands.ts';
export { type ItemOptions, type Items, readItems } from './commands/sources/read-items.ts';
export { parseSourceArguments, type SourceGroup } from './commands/sources/source-arguments.ts';
export { ConfigError } from './config/config-error.ts';
export { loadSettings } from './config/load-settings.ts';
export type { Problem } from './config/problem.ts';
export type { CommandTimeouts, SettingName, Settings } from './config/settings.ts';
export type { ModuleHost } from './modules/host.ts';
export { jsonItems } from './modules/json-items.ts';
export type { ModuleReport } from './modules/module-run.ts';
export type { ModuleItem, ModulePlace, ModuleRequest } from './modules/request.ts';
export { runModule } from './modules/run-module.ts';
export { type ExitCode, exitCodeTable } from './operations/exit-codes.ts';
export type {
  AnyOperation,
  Operation,
  OperationHost,
  OperationResult,
} from './operations/operation.ts';
export { operations } from './operations/registry.ts';
export { PlanError } from './plans/plan-error.ts';
export type { Halt } from './runs/halt.ts';
export type { JobsRange } from './runs/jobs-range.ts';
export type {
  JobEnd,
  JobEvent,
  JobRecord,
  LimitReport,
  PlannedJob,
  RunReport,
  Stopped,
} from './runs/report.ts';
