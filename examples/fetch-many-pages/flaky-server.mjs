// A server as the world has them: most pages are fine, some fail at first, one is missing, one never answers.
import { once } from 'node:events';
import { createServer } from 'node:http';

export async function startFlakyServer() {
  const seen = new Map();
  const server = createServer((request, response) => {
    const count = (seen.get(request.url) ?? 0) + 1;
    seen.set(request.url, count);
    if (request.url === '/never') return;
    response.statusCode = statusOf(request.url, count);
    response.end(`page ${request.url}`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const base = `http://127.0.0.1:${server.address().port}`;
  const pages = Array.from({ length: 40 }, (_, number) => `${base}/page-${number}`);
  return {
    urls: [...pages, `${base}/missing`, `${base}/never`],
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Every tenth page is busy when it is asked for the first time. */
function statusOf(url, count) {
  if (url === '/missing') return 404;
  return url.endsWith('7') && count === 1 ? 503 : 200;
}
