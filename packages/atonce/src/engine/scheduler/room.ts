/** Whether there was a slot: taken, the task's pool is full, or everything is. */
export type RoomAnswer = 'taken' | 'pool-full' | 'full';

/** The slots beside the scheduler's own: of pools, numbered from 1, and of a shared limit. */
export interface Room {
  /** Takes a slot of the pool (0 for none) and of the shared limit, or neither. */
  take(pool: number): RoomAnswer;
}
