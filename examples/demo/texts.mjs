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

/** `1.93x`, and says so when nothing was gained. */
export function gainText(factor) {
  if (factor === undefined) return '';
  return factor >= 1.05 ? `${factor.toFixed(2)}x` : `${factor.toFixed(2)}x, not faster`;
}
