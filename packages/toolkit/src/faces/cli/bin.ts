#!/usr/bin/env node
// The version is asked for by scripts, at every start of a shell even: nothing else is loaded for it.
const [first] = process.argv.slice(2);
if (first === '--version' || first === '-V') {
  const { version } = await import('./version.ts');
  process.stdout.write(`${version()}\n`);
} else {
  const { main } = await import('./main.ts');
  await main();
}
