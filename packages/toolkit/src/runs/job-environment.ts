/** The variables that commands are given, made once for a run. */
export function jobEnvironment(
  base: Readonly<Record<string, string | undefined>>,
  forceColor: boolean,
): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(base)) if (value !== undefined) env[name] = value;
  // Colours are asked for only where nobody has refused them (https://no-color.org).
  if (!forceColor || (env['NO_COLOR'] ?? '') !== '') return env;
  return { FORCE_COLOR: '1', CLICOLOR_FORCE: '1', ...env };
}
