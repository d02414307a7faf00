import type { TaskGraph } from './task-graph.ts';

/** The graph as a Mermaid flowchart, arrows from what is needed to what needs it. */
export function mermaidOf(graph: TaskGraph): string {
  const nodes = graph.names.map((name, task) => `  t${task}["${mermaidText(name)}"]\n`);
  const edges = edgesOf(graph).map(([need, task]) => `  t${need} --> t${task}\n`);
  return `flowchart LR\n${nodes.join('')}${edges.join('')}`;
}

/** The graph in the language of Graphviz, arrows from what is needed to what needs it. */
export function dotOf(graph: TaskGraph): string {
  const nodes = graph.names.map((name, task) => `  t${task} [label="${dotText(name)}"];\n`);
  const edges = edgesOf(graph).map(([need, task]) => `  t${need} -> t${task};\n`);
  return `digraph tasks {\n  rankdir=LR;\n  node [shape=box];\n${nodes.join('')}${edges.join('')}}\n`;
}

function edgesOf({ needs, needStarts, size }: TaskGraph): [need: number, task: number][] {
  const edges: [number, number][] = [];
  for (let task = 0; task < size; task++) {
    const own = needs.slice(needStarts[task], needStarts[task + 1]);
    for (const need of new Set(own)) edges.push([need, task]);
  }
  return edges;
}

/**
 * Mermaid writes entities with a number sign. All but letters, digits, spaces and a few signs
 * without a meaning are written so, since Mermaid also reads HTML and Markdown in labels.
 */
function mermaidText(name: string): string {
  return name.replaceAll(/^-|[^\p{L}\p{N} ,:/@-]/gu, (sign) =>
    sign === '\n' ? '<br/>' : `#${sign.codePointAt(0)};`,
  );
}

/** Graphviz reads backslashes and HTML entities in labels; other control characters it cannot show. */
function dotText(name: string): string {
  return name
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('&', '&amp;')
    .replaceAll('\n', '\\n')
    .replaceAll(/[\u0000-\u001f]/g, '\ufffd');
}
