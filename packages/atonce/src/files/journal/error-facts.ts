/** What a journal keeps of an error. */
export interface ErrorFacts {
  readonly name: string;
  readonly message: string;
  /** The error's `code`, as system errors and those of atonce have one. */
  readonly code?: string;
}

/** Characters kept of a message; with name and code a record stays within about 4 kB of plain text. */
const LONGEST_MESSAGE = 3500;
const LONGEST_WORD = 200;

/** Reads name, message and code of whatever was thrown. Never throws itself. */
export function errorFacts(thrown: unknown): ErrorFacts {
  if (typeof thrown !== 'object' || thrown === null) {
    return {
      name: thrown === null ? 'null' : typeof thrown,
      message: cut(textOf(thrown), LONGEST_MESSAGE),
    };
  }
  const name = field(thrown, 'name');
  const message = field(thrown, 'message');
  const code = field(thrown, 'code');
  return {
    name: cut(name ?? 'object', LONGEST_WORD),
    message: cut(message ?? textOf(thrown), LONGEST_MESSAGE),
    ...(code === undefined ? {} : { code: cut(code, LONGEST_WORD) }),
  };
}

/** A field's text; undefined when it is missing, no text, or cannot be read (getters and proxies may throw). */
function field(thrown: object, name: string): string | undefined {
  try {
    const value = (thrown as Readonly<Record<string, unknown>>)[name];
    if (typeof value === 'number') return String(value);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string {
  try {
    if (typeof value === 'function') return `function ${value.name}`;
    return String(value);
  } catch {
    return 'something that cannot be shown';
  }
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 3)}...` : text;
}
