import type { Operation } from './operation.ts';

/** `atonce doctor`: what this machine offers and what stands in the way. */
export const doctorOperation: Operation<Record<never, never>> = {
  name: 'doctor',
  summary: 'say what this machine offers, and what stands in the way',
  description: [
    'Looks at the processors and their quota, memory and its limit, open files, Node.js, git, the' +
      ' terminal and the folder for temporary files. Each is ok, a warning or a problem, with what' +
      ' to do about it. Nothing is changed.',
  ],
  usage: ['doctor [--json]'],
  arguments: [],
  takesItems: false,
  optionGroups: [],
  options: {},
  examples: [{ command: 'atonce doctor', doc: 'Is this machine fit?' }],
  async run(_invocation, host) {
    const { examine } = await import('./doctor/examine.ts');
    return examine(host);
  },
};
