// Adds to package-lock.json the optional platform packages that `npm install` left out.
//
// npm drops an optional package from the lock file when the registry it spoke to did not have it, and then
// `npm ci` refuses that very lock file ("Missing: … from lock file"). The entries written here carry the
// version that the parent pins and the platform that the name tells; on any other platform npm skips them.
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const systems = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
];
const processors = [
  'arm64',
  'arm',
  'ia32',
  'loong64',
  'mips64el',
  'ppc64',
  'riscv64',
  's390x',
  'wasm32',
  'x64',
];

/** The optional dependencies that have no entry, as `[place, name, version, parent entry]`. */
export function missingOptionalPackages(lock) {
  const missing = [];
  for (const [place, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (!isResolvable(lock, place, name))
        missing.push({ place: siblingPlace(place, name), version, parent: entry, name });
    }
  }
  return missing;
}

function isResolvable(lock, place, name) {
  for (let folder = place; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))) {
    const candidate = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (lock.packages[candidate] !== undefined) return true;
    if (folder === '') return false;
  }
}

function siblingPlace(place, name) {
  const end = place.lastIndexOf('node_modules/');
  return `${end === -1 ? '' : place.slice(0, end)}node_modules/${name}`;
}

function platformOf(name) {
  const words = name.split(/[-/]/);
  const cpu = processors.find((processor) => words.includes(processor));
  const os = systems.find((system) => words.includes(system));
  const libc = words.includes('musl')
    ? 'musl'
    : words.includes('gnu') && os === 'linux'
      ? 'glibc'
      : undefined;
  return {
    ...(cpu === undefined ? {} : { cpu: [cpu] }),
    ...(libc === undefined ? {} : { libc: [libc] }),
    ...(os === undefined ? {} : { os: [os] }),
  };
}

/** The lock file with an entry for every optional dependency. */
export function completeLockfile(lock) {
  const packages = { ...lock.packages };
  for (const { place, version, parent, name } of missingOptionalPackages(lock)) {
    if (!/^\d+\.\d+\.\d+/.test(version))
      throw new Error(`${name}: the parent does not pin a version (${version})`);
    packages[place] = {
      version,
      ...(parent.dev ? { dev: true } : {}),
      optional: true,
      ...platformOf(name),
    };
  }
  const order = Object.keys(packages).sort((a, b) => a.localeCompare(b, 'en'));
  return { ...lock, packages: Object.fromEntries(order.map((place) => [place, packages[place]])) };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const file = new URL('../package-lock.json', import.meta.url);
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  const missing = missingOptionalPackages(lock);
  if (missing.length > 0)
    writeFileSync(file, `${JSON.stringify(completeLockfile(lock), null, 2)}\n`);
  process.stdout.write(`package-lock.json: ${missing.length} optional packages added\n`);
}
