// Colours for a terminal that wants them (https://no-color.org).

export function paintFor(stream) {
  const { NO_COLOR = '', TERM } = process.env;
  const wanted = stream.isTTY === true && NO_COLOR === '' && TERM !== 'dumb';
  const style = (on, off) => (text) => (wanted ? `\u001b[${on}m${text}\u001b[${off}m` : text);
  return { bold: style(1, 22), dim: style(2, 22), good: style(32, 39), bad: style(31, 39) };
}
