// Runs one side of a comparison with its progress line, and keeps how long it took.

/**
 * `work` gets `{ signal, onSettled }` and calls `onSettled(index, reused)` for each file. Files whose
 * answer comes from the journal of a run that was stopped took no time in this one, so a timing holds
 * the files and bytes that were really worked on: `{ ms, files, bytes, reused }`, without `ms` when
 * there were none.
 */
export async function measure({ name, label, files }, { output, screen, signal }, work) {
  const line = screen.progress(label, files.length);
  const worked = { files: 0, bytes: 0, reused: 0 };
  const onSettled = (index, reused) => {
    if (reused) worked.reused++;
    else {
      worked.files++;
      worked.bytes += files[index].bytes;
    }
    line.update(worked);
  };
  const started = performance.now();
  try {
    const answers = await work({ signal, onSettled });
    const timing = await timingOf(name, worked, performance.now() - started, output);
    return { answers, timing };
  } finally {
    line.clear();
  }
}

async function timingOf(name, worked, ms, output) {
  if (worked.files > 0) {
    const timing = { ...worked, ms };
    await output.keepTiming(name, timing);
    return timing;
  }
  // All of it was done before: so was its measuring, unless that run was stopped just between.
  const before = output.timing(name);
  const isOfTheseFiles = before !== undefined && before.files + before.reused === worked.reused;
  return { ...(isOfTheseFiles ? before : worked), reused: worked.reused };
}

/** Bytes per second; undefined when nothing was measured. */
export function rateOf({ bytes, ms }) {
  return ms === undefined ? undefined : (bytes * 1000) / ms;
}

/**
 * How many times faster `timing` is than `base`, in bytes per second; undefined when not measured. It is
 * exact when both worked on the same files, and `about` when some answers came from a journal.
 */
export function gain(base, timing) {
  const [slow, fast] = [rateOf(base), rateOf(timing)];
  if (slow === undefined || fast === undefined) return undefined;
  return { factor: fast / slow, about: base.bytes !== timing.bytes };
}
