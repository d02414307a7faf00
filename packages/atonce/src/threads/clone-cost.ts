import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { isTransferred } from './transfer.ts';

/** What copying values between threads costs, or that it is impossible. */
export type CloneCost = { readonly ms: number } | { readonly error: unknown };

/** What is moved rather than copied costs about this, whatever its size. */
const MOVE_MS = 0.005;
/** A value that took longer than this alone needs no crowd to be measured. */
const CLEAR_MS = 0.1;

/** One channel for all: making one costs more than most measurements. Unreferenced until a listener is added. */
let channel: MessageChannel | undefined;

/**
 * Measures how long copying takes, sending and receiving together. Small values are measured in one
 * message, as a chunk carries them; large ones one by one until `budgetMs` is used up, at least one.
 *
 * @returns Mean milliseconds a value, or the error that says why one cannot be copied.
 */
export function cloneCost(values: readonly unknown[], budgetMs: number): CloneCost {
  const copied = values.filter((value) => !isTransferred(value));
  const movedMs = (values.length - copied.length) * MOVE_MS;
  if (copied.length === 0) return { ms: values.length === 0 ? 0 : MOVE_MS };
  try {
    const one = roundTripMs(copied[0]);
    const copiedMs = one < CLEAR_MS ? together(copied) : oneByOne(copied, budgetMs);
    return { ms: (copiedMs * copied.length + movedMs) / values.length };
  } catch (error) {
    return { error };
  }
}

function together(values: readonly unknown[]): number {
  // The first message after a while is slow for reasons of its own.
  const portMs = Math.min(roundTripMs(0), roundTripMs(0), roundTripMs(0));
  return Math.max(0, Math.min(roundTripMs(values), roundTripMs(values)) - portMs) / values.length;
}

function oneByOne(values: readonly unknown[], budgetMs: number): number {
  let spent = 0;
  let measured = 0;
  let least = 0;
  while (measured < values.length && (measured === 0 || spent < budgetMs)) {
    const value = values[measured++];
    // New memory makes the first copy dearer than all later ones.
    const [first, second] = [roundTripMs(value), roundTripMs(value)];
    least += Math.min(first, second);
    spent += first + second;
  }
  return least / measured;
}

function roundTripMs(value: unknown): number {
  channel ??= new MessageChannel();
  const started = performance.now();
  channel.port1.postMessage(value);
  receiveMessageOnPort(channel.port2);
  return performance.now() - started;
}
