// The program that one writes without a runner: `true` for each line of its input, two at once.
import { readFileSync } from 'node:fs';
import { trueInLanes } from '../../spawning/true-in-lanes.ts';

await trueInLanes(readFileSync(0, 'utf8').split('\n').slice(0, -1));
