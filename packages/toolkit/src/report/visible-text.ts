/** Terminal sequences: CSI, OSC with its end, and two-byte escapes. */
const escapes = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-_])/g;
const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g;

/**
 * The text as one line that is safe to show: terminal sequences are dropped, and line ends, tabs,
 * other control characters and changes of writing direction become one space.
 */
export function visibleText(text: string): string {
  return text.replace(escapes, '').replace(controls, ' ');
}
