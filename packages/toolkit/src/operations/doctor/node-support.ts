import { type Finding, fine } from './finding.ts';

/** The last days of support of the release lines, from the schedule of the Node.js release group. */
const supportEnds: Readonly<Record<number, string>> = {
  20: '2026-04-30',
  22: '2027-04-30',
  24: '2028-04-30',
};

const OLDEST = { major: 20, minor: 19 };

/** Whether this Node.js is recent enough for atonce and still gets security fixes. */
export function checkNode(version: string, today: Date): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const ends = supportEnds[major];
  const facts = { version, supportEnds: ends ?? null };
  const subject = 'Node.js';
  if (major < OLDEST.major || (major === OLDEST.major && minor < OLDEST.minor)) {
    return {
      subject,
      level: 'problem',
      found: version,
      advice: `atonce needs ${OLDEST.major}.${OLDEST.minor} or newer; install a current LTS release`,
      facts,
    };
  }
  if (ends !== undefined && today > new Date(`${ends}T23:59:59Z`)) {
    return {
      subject,
      level: 'warning',
      found: `${version}, which has had no security fixes since ${ends}`,
      advice: 'move to a current LTS release; atonce runs on this one',
      facts,
    };
  }
  if (major % 2 === 1) {
    return {
      subject,
      level: 'warning',
      found: `${version}, an odd release line, which is supported for half a year only`,
      advice: 'use an LTS release where it matters',
      facts,
    };
  }
  return fine(subject, ends === undefined ? version : `${version}, supported until ${ends}`, facts);
}
