import { get } from 'node:http';
import type { Workload } from './workload.ts';

/** Requests to a server that answers after 5 ms: waiting, hardly any computing. Items are its URLs. */
export const workload: Workload<string> & { readonly server: string } = {
  title: 'http 5 ms x 200',
  items: () => Array(200).fill(process.env['ATONCE_BENCH_URL'] ?? 'http://127.0.0.1:8642/'),
  task: 'run',
  server: 'http-server.js',
};

export function run(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    }).on('error', reject);
  });
}
