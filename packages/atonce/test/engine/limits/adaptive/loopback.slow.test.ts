import { once } from 'node:events';
import { Agent, createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { fixedLimit } from '../../../../src/engine/limits/fixed-limit.ts';
import type { Limit } from '../../../../src/engine/limits/limit.ts';
import { adaptiveLimit } from '../../../../src/engine/limits/adaptive/adaptive-limit.ts';
import { createPools } from '../../../../src/engine/pools/create-pools.ts';
import { range } from '../../support/turn.ts';
import '../../support/unhandled.ts';

interface Behaviour {
  /** Requests answered at the same time. */
  readonly capacity: number;
  /** How much slower each answer gets with every capacity's worth of requests beyond it. */
  readonly degrading: number;
  /** Requests present beyond which the answer is 429. */
  readonly refuseBeyond: number;
}

const SERVICE_MS = 10;

/** A real server with a queue before so many places. */
class BusyServer {
  most = 0;
  private readonly server: Server;
  private readonly agent = new Agent({ keepAlive: true, maxSockets: Infinity });
  private readonly behaviour: Behaviour;
  private readonly queue: (() => void)[] = [];
  private present = 0;
  private serving = 0;

  constructor(behaviour: Behaviour) {
    this.behaviour = behaviour;
    this.server = createServer((_, response) => {
      const { refuseBeyond } = this.behaviour;
      if (this.present >= refuseBeyond) return void response.writeHead(429).end();
      this.most = Math.max(this.most, ++this.present);
      this.queue.push(() => void response.end('done', () => undefined));
      this.serve();
    });
  }

  async listen(): Promise<this> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return this;
  }

  close(): void {
    this.agent.destroy();
    this.server.closeAllConnections();
    this.server.close();
  }

  async request(): Promise<string> {
    const { port } = this.server.address() as AddressInfo;
    const request = get({ host: '127.0.0.1', port, agent: this.agent });
    const [response] = await once(request, 'response');
    let text = '';
    for await (const part of response) text += part;
    if (response.statusCode !== 200)
      throw Object.assign(new Error('refused'), { status: response.statusCode });
    return text;
  }

  private serve(): void {
    const { capacity, degrading } = this.behaviour;
    while (this.serving < capacity) {
      const answer = this.queue.shift();
      if (answer === undefined) return;
      this.serving++;
      const beyond = Math.max(0, this.present - capacity) / capacity;
      setTimeout(
        () => {
          this.serving--;
          this.present--;
          answer();
          this.serve();
        },
        SERVICE_MS * (1 + degrading * beyond),
      );
    }
  }
}

let server: BusyServer | undefined;
afterEach(() => server?.close());

/** Milliseconds for so many requests through a pool of that limit; refused ones are made again. */
async function batchMs(limit: Limit, count: number, behaviour: Behaviour): Promise<number> {
  server = await new BusyServer(behaviour).listen();
  const pools = createPools({ api: limit });
  const from = performance.now();
  const one = async (): Promise<void> => {
    for (;;) {
      try {
        expect(await pools.run('api', () => (server as BusyServer).request())).toBe('done');
        return;
      } catch (error) {
        if ((error as { status?: number }).status !== 429) throw error;
        await new Promise((resolve) => setTimeout(resolve, 2 * SERVICE_MS));
      }
    }
  };
  await Promise.all(range(count).map(one));
  const ms = performance.now() - from;
  server.close();
  return ms;
}

describe('on a real server', () => {
  test('that only slows, the limit stays near its capacity and the batch ends sooner than at 64', async () => {
    const behaviour = { capacity: 8, degrading: 1, refuseBeyond: Infinity };
    const limit = adaptiveLimit();
    const adaptive = await batchMs(limit, 1_500, behaviour);
    const fixed = await batchMs(fixedLimit(64), 1_500, behaviour);
    expect(limit.concurrency).toBeLessThanOrEqual(16);
    expect(adaptive).toBeLessThan(fixed / 2);
  });

  test('with much room, the limit grows and the batch ends much sooner than at 8', async () => {
    const behaviour = { capacity: 60, degrading: 0, refuseBeyond: Infinity };
    const limit = adaptiveLimit();
    const adaptive = await batchMs(limit, 3_000, behaviour);
    const fixed = await batchMs(fixedLimit(8), 3_000, behaviour);
    expect(limit.lastChange?.law).toBe('throughput');
    expect(adaptive).toBeLessThan(fixed / 1.5);
  });

  test('that says 429, the limit is cut for it and everything is answered', async () => {
    const reasons = new Set<string>();
    const limit = adaptiveLimit({ onChange: ({ reason }) => void reasons.add(reason) });
    await batchMs(limit, 1_000, { capacity: 10, degrading: 0, refuseBeyond: 14 });
    expect(reasons).toContain('overload');
    expect(limit.concurrency).toBeLessThanOrEqual(20);
  });
});
