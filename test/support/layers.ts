import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import { parseSync } from 'oxc-parser';
import type { SourceFile } from './repository.ts';

/*
 * faces → operations → ideas → means ═ package boundary ═ threads, files, testing → engine → kernel
 *
 * The first folder under `src/` decides the layer; a file directly in `src/` belongs to the layer `entry`.
 * Each layer names the layers of its own package that it may import, besides its own folder.
 */
const ideas = [
  'agents',
  'audit',
  'bench',
  'commands',
  'experiments',
  'hooks',
  'memory',
  'modules',
  'plans',
];
const means = ['config', 'processes', 'report', 'runs'];

const mayImport: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  atonce: {
    kernel: [],
    engine: ['kernel'],
    threads: ['engine', 'kernel'],
    files: ['engine', 'kernel'],
    testing: ['engine', 'kernel'],
    entry: ['engine', 'kernel'],
  },
  toolkit: {
    ...Object.fromEntries(means.map((folder) => [folder, means])),
    ...Object.fromEntries(ideas.map((folder) => [folder, means])),
    operations: [...ideas, ...means],
    faces: ['operations', ...ideas, ...means],
    entry: ['operations', ...ideas, ...means],
  },
};

/** Layers that run anywhere: no Node module, no package. */
const neutral = new Set(['atonce/kernel', 'atonce/engine', 'atonce/entry']);

/** What a package may import by name, besides its declared dependencies and Node's own modules. */
const publicEntries: Readonly<Record<string, readonly string[]>> = {
  atonce: [],
  toolkit: ['atonce', 'atonce/threads', 'atonce/files'],
};

/** Stands for `import(expression)`, whose target no reader can know. */
const computed = 'import(…)';

/** Every module that the file names: static, dynamic, re-exported and type-only imports. */
export function importsOf({ path, text }: SourceFile): string[] {
  const { module, errors } = parseSync(path, text);
  if (errors.length > 0) throw new SyntaxError(`${path}: ${errors[0]?.message}`);
  const exported = module.staticExports.flatMap(({ entries }) =>
    entries.flatMap(({ moduleRequest }) => (moduleRequest === null ? [] : [moduleRequest.value])),
  );
  const dynamic = module.dynamicImports.map(({ moduleRequest }) => {
    const request = text.slice(moduleRequest.start, moduleRequest.end);
    return /^(['"`])([^$]*)\1$/.exec(request)?.[2] ?? computed;
  });
  const typeQueries = [...text.matchAll(/\bimport\(\s*'([^']+)'\s*\)/g)].map((match) => match[1]!);
  const named = module.staticImports.map(({ moduleRequest }) => moduleRequest.value);
  return [...new Set([...named, ...exported, ...dynamic, ...typeQueries])];
}

/** One sentence for each import that goes against the layers. */
export function layerViolations(
  files: readonly SourceFile[],
  dependencies: Readonly<Record<string, readonly string[]>> = {},
): string[] {
  return files.flatMap((file) => {
    const home = placeOf(file.path);
    if (home === undefined) return [`${file.path}: is in no known layer`];
    return importsOf(file).flatMap((specifier) => {
      const problem = specifier.startsWith('.')
        ? relativeProblem(file.path, home, specifier)
        : namedProblem(home, specifier, dependencies[home.package] ?? []);
      return problem === undefined ? [] : [`${file.path}: imports ${specifier}: ${problem}`];
    });
  });
}

interface Place {
  readonly package: string;
  readonly layer: string;
}

function placeOf(path: string): Place | undefined {
  const match = /^packages\/([^/]+)\/src\/(?:([^/]+)\/)?[^/]+/.exec(path);
  if (match?.[1] === undefined) return undefined;
  const layer = match[2] ?? 'entry';
  return mayImport[match[1]]?.[layer] === undefined ? undefined : { package: match[1], layer };
}

function relativeProblem(from: string, home: Place, specifier: string): string | undefined {
  const target = placeOf(posix.join(posix.dirname(from), specifier));
  if (target === undefined) return 'leads to no known layer';
  if (target.package !== home.package) return 'leaves the package';
  if (target.layer === home.layer) return undefined;
  const allowed = mayImport[home.package]?.[home.layer]?.includes(target.layer);
  return allowed === true ? undefined : `${home.layer} does not import ${target.layer}`;
}

function namedProblem(
  home: Place,
  specifier: string,
  dependencies: readonly string[],
): string | undefined {
  if (neutral.has(`${home.package}/${home.layer}`)) return 'the core is runtime-neutral';
  if (specifier === computed || specifier.startsWith('node:')) return undefined;
  if (builtinModules.includes(specifier)) return 'Node modules are written with node:';
  if (specifier === 'atonce' || specifier.startsWith('atonce/')) {
    const open = publicEntries[home.package]?.includes(specifier);
    return open === true ? undefined : 'is not a public entry for this package';
  }
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  return dependencies.includes(name) ? undefined : 'is not a declared dependency';
}
