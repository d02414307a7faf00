import { expect, test } from 'vitest';
import { generalHelp, operationHelp } from '../../../src/faces/cli/help.ts';
import { referencePage } from '../../../src/faces/cli/reference-page.ts';
import { flagName } from '../../../src/operations/option.ts';
import { operations } from '../../../src/operations/registry.ts';

test('the reference page is what the definitions say; vitest -u writes it anew', async () => {
  await expect(referencePage(operations)).toMatchFileSnapshot(
    '../../../../../docs/reference/cli.md',
  );
});

test('general help lists every verb and nothing else', () => {
  const listed = [...generalHelp().matchAll(/^ {2}([a-z]+) {2}/gm)].map(([, name]) => name);
  expect(listed).toEqual(operations.map(({ name }) => name));
});

test('the reference page has a chapter for every verb and no other', () => {
  const chapters = [...referencePage(operations).matchAll(/^## atonce (\w+)$/gm)];
  expect(chapters.map(([, name]) => name)).toEqual(operations.map(({ name }) => name));
});

test.each(operations.map((operation) => [operation.name, operation] as const))(
  'help and reference of %s name each of its options',
  (_name, operation) => {
    const help = operationHelp(operation);
    const page = referencePage([operation]);
    for (const name of Object.keys(operation.options)) {
      expect(help).toContain(`--${flagName(name)}`);
      expect(page).toContain(`--${flagName(name)}`);
    }
  },
);

test('no line of help is wider than 80 columns, call forms apart', () => {
  const texts = [generalHelp(), ...operations.map(operationHelp)];
  const lines = texts.flatMap((text) => text.split('\n'));
  const forms = /^ {2}(-|\s+--)|^(Usage:| {6}) atonce|^ {2}(atonce|find) |^atonce /;
  expect(lines.filter((line) => line.length > 80 && !forms.test(line))).toEqual([]);
});
