import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { runParallel } from '../../../src/engine/run-parallel.ts';
import { isAtonceError } from '../../../src/kernel/errors.ts';
import type { Operation } from '../operation.ts';
import type { Generator } from '../primitives/all.ts';

/** A server on the loopback that answers late, refuses, breaks off, or never answers, as the path says. */
export async function startServer(): Promise<Server> {
  const server = createServer((request, response) => {
    const [, how = '', value = ''] = (request.url ?? '').split('/');
    if (how === 'hangs') return;
    if (how === 'breaks') return void response.destroy();
    if (how === 'refuses') return void response.writeHead(429).end();
    setTimeout(() => response.end(value), how === 'late' ? 20 : 0);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

export async function stopServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

const ways = ['gives', 'gives', 'gives', 'late', 'late', 'hangs', 'breaks', 'refuses'];

/** Requests under a shared limit, each with a time limit and tried again. */
export function useHttp(server: Server): Generator {
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return async (operation) => {
    const { draw, clock } = operation;
    operation.drawSignal(0.3);
    const { signal } = operation;
    const { limit } = operation.takeLimit();
    const urls = Array.from(
      { length: draw.whole(1, 8) },
      (_, at) => `${base}/${draw.pick(ways)}/${at}`,
    );
    const task = (url: string, context: { readonly signal: AbortSignal }): Promise<string> =>
      get(operation, url, context.signal);
    const retry = { attempts: 2, backoff: 500 };
    const options = { concurrency: limit, signal, clock, timeoutMs: 20_000, retry };
    const end = await operation.end(runParallel(urls, task, options));
    if (!end.ok) return operation.checkError(end.error, true);
    for (const outcome of end.value) {
      if (outcome.ok) {
        if (!outcome.item.endsWith(`/${outcome.value}`)) operation.fault(`gave ${outcome.value}`);
      } else if (!isAtonceError(outcome.error, 'E_CANCELLED')) {
        operation.checkError(outcome.error, true);
      }
    }
  };
}

async function get(operation: Operation, url: string, signal: AbortSignal): Promise<string> {
  try {
    const response = await fetch(url, { signal });
    const text = await response.text();
    if (!response.ok) throw new RangeError(`status ${response.status}`);
    return text;
  } catch (error) {
    operation.thrown.add(error);
    throw error;
  }
}
