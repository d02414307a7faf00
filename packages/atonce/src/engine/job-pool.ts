import { Job, type JobOwner } from './job.ts';

/** A run's jobs: those in use, and spare ones for later items. */
export class JobPool<T> {
  private readonly owner: JobOwner<T>;
  private readonly all: Job<T>[] = [];
  private readonly spare: Job<T>[] = [];

  constructor(owner: JobOwner<T>) {
    this.owner = owner;
  }

  /** A job loaded with an item. */
  take(item: T, index: number): Job<T> {
    const job = this.spare.pop() ?? this.make();
    job.load(item, index);
    return job;
  }

  /** Takes a job back once its item is delivered. */
  free(job: Job<T>): void {
    this.spare.push(job);
  }

  /** Copies a job whose promise may still settle one day; the original is dropped from the pool. */
  replace(job: Job<T>): Job<T> {
    const copy = this.make();
    const { item, index, attempt, key, startedAt, takenAtMs, ranMs } = job;
    Object.assign(copy, { item, index, attempt, key, startedAt, takenAtMs, ranMs });
    this.drop(job);
    return copy;
  }

  /** The jobs whose attempts are running. */
  live(): Job<T>[] {
    return this.all.filter((job) => job.live);
  }

  private make(): Job<T> {
    const job = new Job<T>(this.owner);
    job.place = this.all.push(job) - 1;
    return job;
  }

  private drop(job: Job<T>): void {
    const last = this.all.pop() as Job<T>;
    if (last === job) return;
    this.all[job.place] = last;
    last.place = job.place;
  }
}
