import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root, type SourceFile } from './repository.ts';

/** One sentence for each relative link of a Markdown file that leads nowhere. */
export function brokenLinks(file: SourceFile): string[] {
  return linksOf(file.text).flatMap((link) => {
    const [path = '', anchor] = link.split('#', 2);
    const target = path === '' ? file.path : join(dirname(file.path), decodeURI(path));
    const absolute = join(root, target);
    const text = path === '' ? file.text : undefined;
    if (text === undefined && !existsSync(absolute)) return [`${file.path}: ${link}: no such file`];
    if (anchor === undefined || !target.endsWith('.md')) return [];
    const anchors = anchorsOf(text ?? readFileSync(absolute, 'utf8'));
    return anchors.includes(anchor) ? [] : [`${file.path}: ${link}: no such heading`];
  });
}

function linksOf(text: string): string[] {
  const prose = withoutFences(text).replaceAll(/`[^`\n]*`/g, '');
  const inline = prose.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g);
  const references = prose.matchAll(/^ {0,3}\[[^\]]+\]:\s*<?([^\s>]+)>?/gm);
  const attributes = prose.matchAll(/\b(?:href|src)="([^"]+)"/g);
  return [...inline, ...references, ...attributes]
    .map((match) => match[1]!)
    .filter((link) => !/^[a-z][a-z+.-]*:|^\/\//i.test(link));
}

/** The anchors of the headings, formed as GitHub forms them. */
function anchorsOf(text: string): string[] {
  const seen = new Map<string, number>();
  return [...withoutFences(text).matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)].map((match) => {
    const title = match[1]!.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = title.replaceAll(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(/\s/g, '-');
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  });
}

function withoutFences(text: string): string {
  return text.replaceAll(/^( *)(`{3,}|~{3,}).*\n[\s\S]*?^\1\2.*$/gm, '');
}
