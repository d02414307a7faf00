// Before and after: the same work with Promise.all and with map.
import { setTimeout } from 'node:timers/promises';
import { map } from 'atonce';

let running = 0;
let most = 0;

async function load(id) {
  most = Math.max(most, ++running);
  await setTimeout(5);
  running--;
  return `record ${id}`;
}

const ids = Array.from({ length: 100 }, (_, id) => id);

// Before: all hundred at once, whatever the other side thinks of it, and no way to stop.
const before = await Promise.all(ids.map((id) => load(id)));
console.log(`Promise.all: ${before.length} records, ${most} at once`);

// After: the same values in the same order, eight at a time.
most = 0;
const after = await map(ids, load, { concurrency: 8 });
console.log(`map: ${after.length} records, ${most} at once`);
console.log(`same: ${JSON.stringify(before) === JSON.stringify(after)}`);
