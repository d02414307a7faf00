import {
  createScheduler,
  fixedLimit,
  type RetryOptions,
  type ScheduledContext,
  type Scheduler,
  type SchedulerOptions,
} from 'atonce';
import type { PlanRequest } from './plan-request.ts';
import type { PlanTask } from './plan.ts';

/** What a plan's tasks do when the scheduler says that it is their turn. */
export interface TaskCalls {
  readonly run: (task: PlanTask, context: ScheduledContext) => unknown;
  readonly retry: (task: PlanTask) => RetryOptions | undefined;
}

/** For a schedule that is only looked at. */
const NOTHING: TaskCalls = { run: () => undefined, retry: () => undefined };

/** The library's scheduler with a plan's tasks in it. */
export function scheduleOf(
  request: Pick<PlanRequest, 'tasks' | 'jobs' | 'pools' | 'estimates'>,
  calls: TaskCalls = NOTHING,
  options: Pick<SchedulerOptions, 'graceMs'> = {},
): Scheduler {
  const { tasks, jobs, pools, estimates } = request;
  const limits = [...pools].map(([name, size]) => [name, fixedLimit(size)] as const);
  const scheduler = createScheduler({
    concurrency: jobs,
    pools: Object.fromEntries(limits),
    ...options,
  });
  scheduler.addAll(
    tasks.map((task) => ({
      name: task.name,
      dependsOn: task.needs,
      priority: task.priority,
      pool: task.pool,
      // On a machine with fewer slots it has all of them.
      weight: Math.min(task.weight, jobs),
      estimatedMs: estimates.get(task.name)?.ms,
      retry: calls.retry(task),
      // Its `when` decides, once all that it needs is over: some conditions look further back.
      onDependencyFailure: 'run',
      run: (context: ScheduledContext) => calls.run(task, context),
    })),
  );
  return scheduler;
}
