import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { loadPeer, peerFile } from '../harness/peers.ts';
import { inLanes, spinFile, type StartMapper, WORKERS } from './mappers.ts';

interface RunPool {
  run(item: number): Promise<number>;
  destroy(): Promise<void>;
}
type RunPoolClass = new (options: object) => RunPool;

const filename = fileURLToPath(spinFile);

const LONGEST_CLOSE_MS = 2_000;

export async function piscina(): Promise<StartMapper> {
  const { Piscina } = await loadPeer<{ Piscina: RunPoolClass }>('piscina');
  return runPool(Piscina, {});
}

/** Several tasks at a worker, so that it has the next one when one is done. Its documentation means it for async tasks. */
export async function piscinaTuned(): Promise<StartMapper> {
  const { Piscina } = await loadPeer<{ Piscina: RunPoolClass }>('piscina');
  return runPool(Piscina, { concurrentTasksPerWorker: 16 });
}

export async function tinypool(): Promise<StartMapper> {
  const { Tinypool } = await loadPeer<{ Tinypool: RunPoolClass }>('tinypool');
  return runPool(Tinypool, {});
}

function runPool(Pool: RunPoolClass, options: object): StartMapper {
  return () => {
    const threads = { minThreads: WORKERS, maxThreads: WORKERS };
    const pool = new Pool({ filename, name: 'spin', ...threads, ...options });
    return {
      map: (items) => inLanes(items, (item) => pool.run(item)),
      close: () => pool.destroy(),
    };
  };
}

export async function workerpool(): Promise<StartMapper> {
  const { default: library } = await loadPeer<{
    default: {
      pool(
        script: string,
        options: object,
      ): {
        exec(method: string, parameters: readonly unknown[]): PromiseLike<number>;
        terminate(): Promise<void>;
      };
    };
  }>('workerpool');
  const options = { minWorkers: WORKERS, maxWorkers: WORKERS, workerType: 'thread' };
  return () => {
    const pool = library.pool(peerFile('workerpool-worker.mjs'), options);
    return {
      map: (items) => inLanes(items, (item) => pool.exec('spin', [item])),
      close: () => pool.terminate(),
    };
  };
}

export async function poolifier(): Promise<StartMapper> {
  const { FixedThreadPool } = await loadPeer<{
    FixedThreadPool: new (
      workers: number,
      file: string,
    ) => {
      execute(item: number): Promise<number>;
      destroy(): Promise<void>;
    };
  }>('poolifier');
  return () => {
    const pool = new FixedThreadPool(WORKERS, peerFile('poolifier-worker.mjs'));
    return {
      map: (items) => inLanes(items, (item) => pool.execute(item)),
      // On a busy machine its `destroy` now and then never ends, and is not what is measured.
      close: () => Promise.race([pool.destroy(), sleep(LONGEST_CLOSE_MS)]),
    };
  };
}
