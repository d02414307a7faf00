// Installs and builds the repository when that is needed. Plain Node, no dependencies: runs on a fresh clone.
//
//   node scripts/ensure-built.mjs    installs if node_modules is missing or stale, then builds
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, readdir, rm, symlink } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, runNode, runNpm } from './run-step.mjs';

const compiled = ['packages/atonce', 'packages/toolkit', 'benchmarks'];
const command = 'packages/toolkit/dist/faces/cli/bin.js';

/** Why an install is needed, or `undefined` when what is installed is what the lock file says. */
export async function reasonToInstall() {
  const wanted = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')).packages;
  const record = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(record)) return 'nothing is installed yet';
  const present = JSON.parse(await readFile(record, 'utf8')).packages;
  for (const [place, { version, link, optional }] of Object.entries(wanted)) {
    if (link && !existsSync(join(root, place))) return `${place} is not linked`;
    if (link || optional || !place.includes('node_modules/')) continue;
    if (present[place]?.version !== version) return `${place} is not at ${version}`;
  }
  return undefined;
}

export async function install({ show = true } = {}) {
  return runNpm(['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund'], {
    show,
    env: { CI: 'true' },
  });
}

/** Compiles, removes outputs whose source is gone, and makes the command executable. */
export async function build({ show = true } = {}) {
  await Promise.all(compiled.map(removeOrphans));
  const result = await runNode(['node_modules/typescript/bin/tsc', '-b'], { show });
  await linkCommand();
  return result;
}

async function removeOrphans(folder) {
  const dist = join(root, folder, 'dist');
  if (!existsSync(dist)) return;
  for (const entry of await readdir(dist, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath ?? entry.path, entry.name);
    const source = relative(dist, file).replace(/(\.d\.ts|\.js)(\.map)?$/, '.ts');
    const isOutput = entry.isFile() && source.endsWith('.ts');
    if (isOutput && !existsSync(join(root, folder, 'src', source))) await rm(file, { force: true });
  }
}

/** npm links the command at install, when it is not built yet; so the link is made again here. */
async function linkCommand() {
  if (!existsSync(join(root, command))) return;
  await chmod(join(root, command), 0o755);
  const bin = join(root, 'node_modules/.bin');
  if (process.platform === 'win32' || existsSync(join(bin, 'atonce'))) return;
  await mkdir(bin, { recursive: true });
  await rm(join(bin, 'atonce'), { force: true });
  await symlink(`../../${command}`, join(bin, 'atonce'));
}

/** Installs if needed and builds; `say` gets one line about each step. Tells the step that failed. */
export async function ensureBuilt({ show = true, say = () => {} } = {}) {
  const reason = await reasonToInstall();
  if (reason !== undefined) {
    say(`install: npm ci (${reason})`);
    const installed = await install({ show });
    if (!installed.ok) return { ...installed, failed: 'install' };
  }
  say('build: tsc -b');
  const built = await build({ show });
  return built.ok ? { ok: true } : { ...built, failed: 'build' };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { ok } = await ensureBuilt({ say: (line) => process.stderr.write(`${line}\n`) });
  process.exitCode = ok ? 0 : 1;
}
