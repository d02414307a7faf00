import { expect, test } from 'vitest';
import { OptionError } from '../../src/kernel/errors.ts';
import { systemCode, systemFailure } from '../../src/files/system-error.ts';

const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });

test('says what could not be done, then what the system says, and keeps its error', () => {
  const error = systemFailure('E_FILE', 'Cannot write a', full);
  expect(error).toMatchObject({ code: 'E_FILE', cause: full });
  expect(error.message).toBe('Cannot write a: ENOSPC: no space left on device, write');
});

test('what failed on a file on the way to something else becomes that which failed', () => {
  const inner = systemFailure('E_FILE', 'Cannot write a', full);
  const outer = systemFailure('E_JOURNAL', 'Cannot keep a value', inner);
  expect(outer).toMatchObject({ code: 'E_JOURNAL', cause: full });
  expect(outer.message).toBe('Cannot keep a value: ENOSPC: no space left on device, write');
  expect(systemFailure('E_FILE', 'Cannot write b', inner)).toBe(inner);
});

test('passes other errors of atonce unchanged', () => {
  const refused = new OptionError('mode', 'Expected `mode` to be a number');
  expect(systemFailure('E_JOURNAL', 'Cannot open', refused)).toBe(refused);
});

test('shows NUL, which terminals do not', () => {
  expect(systemFailure('E_FILE', 'Cannot write', 'a\0b').message).toBe('Cannot write: a\\0b');
});

test('knows the code of a system error, and of nothing else', () => {
  expect(systemCode(full)).toBe('ENOSPC');
  for (const other of [undefined, null, 'ENOENT', {}, { code: 7 }, new Error('x')]) {
    expect(systemCode(other)).toBeUndefined();
  }
});
