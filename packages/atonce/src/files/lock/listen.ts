import { connect, createServer, type Server, type Socket } from 'node:net';
import { systemCode } from '../system-error.ts';

/**
 * Listens on a local socket or pipe without keeping the process alive. Resolves to undefined when
 * the name is taken.
 */
export function listen(name: string, greet: (caller: Socket) => void): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((caller) => {
      // A caller that goes away early is no concern of the holder.
      caller.on('error', () => {});
      greet(caller);
    });
    server.unref();
    server.once('error', (error) => {
      if (isTaken(error)) resolve(undefined);
      else reject(error);
    });
    // `exclusive` keeps a cluster's primary from sharing one listening socket among its workers.
    server.listen({ path: name, exclusive: true }, () => {
      // Failing to accept a caller (EMFILE) must not bring the holder down.
      server.on('error', () => {});
      resolve(server);
    });
  });
}

function isTaken(error: unknown): boolean {
  const code = systemCode(error);
  // Windows says EACCES when the first instance of a pipe belongs to somebody else.
  return code === 'EADDRINUSE' || (code === 'EACCES' && process.platform === 'win32');
}

/** Stops listening; the name is free when this resolves. */
export function stopListening(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

/** What a listener greets callers with; undefined when nothing comes in time, as from a stopped process. */
export function ask(name: string, withinMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    let heard = '';
    const socket = connect(name);
    const finish = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(heard === '' ? undefined : heard);
    };
    const timer = setTimeout(finish, withinMs);
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => (heard += text));
    socket.on('end', finish);
    socket.on('error', finish);
  });
}

/** Whether somebody listens there: the kernel answers, even for a process that is stopped. */
export function isListening(name: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(name);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error) => {
      const code = systemCode(error);
      // Anything else (a full queue of callers, for one) comes from a living listener.
      resolve(code !== 'ECONNREFUSED' && code !== 'ENOENT');
    });
  });
}
