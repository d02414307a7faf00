// Runs on a worker thread: stands for something that computes, so it has a module of its own.
export function wordCount(text) {
  return text.split(/\s+/).length;
}
