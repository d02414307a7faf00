import { readFile, writeFile } from 'node:fs/promises';

/** Makes a page of `pages/NAME.md`, and says what is on it. */
export async function page(name) {
  const text = await readFile(`pages/${name}.md`, 'utf8');
  const plain = text.replace(/^# /, '');
  const [title, ...rest] = plain.split('\n');
  const body = rest.filter(Boolean).map((line) => `<p>${line}</p>`);
  await writeFile(`out/${name}.html`, `<h1>${title}</h1>\n${body.join('\n')}\n`);
  console.log(`out/${name}.html`);
  return { name, title, words: plain.split(/\s+/).filter(Boolean).length };
}

/** Makes the index from what the pages gave. */
export async function index(_input, { results }) {
  const pages = Object.values(results);
  const links = pages.map(({ name, title }) => `<li><a href="${name}.html">${title}</a></li>`);
  await writeFile('out/index.html', `<ul>\n${links.join('\n')}\n</ul>\n`);
  return { pages: pages.length, words: pages.reduce((sum, { words }) => sum + words, 0) };
}
