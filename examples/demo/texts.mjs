// Figures as people read them.

export function countText(count, noun) {
  return `${count.toLocaleString('en')} ${count === 1 ? noun : `${noun}s`}`;
}

export function megabytesText(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

export function secondsText(ms) {
  return ms === undefined ? 'not measured' : `${(ms / 1000).toFixed(2)} s`;
}

export function rateText(bytesPerSecond) {
  return bytesPerSecond === undefined ? '' : `${(bytesPerSecond / 1e6).toFixed(2)} MB/s`;
}

/** `1.93x`, `about 1.9x`, and says so when nothing was gained. */
export function gainText(gain) {
  if (gain === undefined) return '';
  const { factor, about } = gain;
  const text = about ? `about ${factor.toFixed(1)}x` : `${factor.toFixed(2)}x`;
  return isGain(gain) ? text : `${text}, not faster`;
}

export function isGain({ factor }) {
  return factor >= 1.05;
}
