import { get } from 'node:http';

/** Requests to `http-server.ts`, which answers after 5 ms: waiting, hardly any computing. */
export function items(count: number): string[] {
  return Array<string>(count).fill(process.env['ATONCE_BENCH_URL'] as string);
}

export function run(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    }).on('error', reject);
  });
}
