import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

// Run as a process of its own, so that its work is not counted: prints its URL and answers after 5 ms.
const server = createServer((_request, response) => {
  setTimeout(() => response.end('ok'), 5);
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}/\n`);
});
