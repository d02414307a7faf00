import type { RunnerRequest } from '../engine/runner.ts';
import type { AdaptivePlan, AdaptivePool } from './adaptive-plan.ts';
import type { PoolSettings } from './options.ts';

/**
 * How a run on this pool may be executed on the calling thread too; undefined when it may not at
 * all: it was refused, or it asks for what only a worker can give.
 */
export function poolPlacement(
  pool: AdaptivePool & { readonly settings: PoolSettings },
  request: Pick<RunnerRequest<never, never>, 'timeoutMs' | 'immediate' | 'concurrency'>,
): AdaptivePlan | undefined {
  const { inline, resourceLimits, initialiser, env } = pool.settings;
  const isolated =
    request.timeoutMs !== undefined ||
    resourceLimits !== undefined ||
    initialiser !== undefined ||
    env !== undefined;
  if (inline === false || isolated) return undefined;
  const mayMove = inline === 'auto' && !request.immediate;
  return {
    pool,
    workers: Math.min(request.concurrency ?? Infinity, pool.maxWorkers),
    begin: mayMove && pool.readyWorkers === 0 ? 'inline' : 'remote',
    mayMove,
    asked: true,
  };
}
