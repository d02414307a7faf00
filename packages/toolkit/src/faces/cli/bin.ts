#!/usr/bin/env node
// The version is asked for by scripts, at every start of a shell even: little is loaded for it.
const [first] = process.argv.slice(2);
if (first === '--version' || first === '-V') {
  const { version } = await import('./version.ts');
  const { guardStreams, writeAndEnd } = await import('./streams.ts');
  guardStreams();
  await writeAndEnd({ stdout: `${version()}\n` }, 0);
} else {
  const { main } = await import('./main.ts');
  await main();
}
