import { Bulk, type BulkOwner } from './bulk.ts';
import type { Intake } from './intake.ts';
import type { Job } from './job.ts';
import type { Settings } from './options.ts';
import { openSession, sessionEvents, type SessionOwner } from './runner-session.ts';
import type { Decision, Runner, RunnerSession } from './runner.ts';
import type { Sink } from './sink.ts';
import type { Task } from './task.ts';

/** The run, as far as it concerns items that a runner executes. */
export interface SubmissionOwner<T> extends SessionOwner<T>, BulkOwner<T> {
  /** An attempt of this job begins. */
  begin(job: Job<T>): void;
  /** Gives up an attempt that has begun. */
  abandon(job: Job<T>): void;
  /** Gives up all of them. */
  abandonRunning(): void;
}

/** What of a run its items come from and go to. */
export interface SubmissionParts<T, R> {
  readonly task: Task<T, R>;
  readonly settings: Settings<T>;
  readonly intake: Intake<T, R>;
  readonly sink: Sink<T, R>;
  /** Whether anybody wants to know more of an item than its value. */
  readonly watched: boolean;
}

/** Hands a run's items to a runner, instead of starting them on the event loop. */
export class Submission<T, R> {
  private readonly owner: SubmissionOwner<T>;
  private readonly intake: Intake<T, R>;
  private readonly session: RunnerSession<T>;
  private toldNoMore = false;

  /** @throws AtonceError when the runner is closed or cannot execute the task. */
  constructor(owner: SubmissionOwner<T>, runner: Runner, parts: SubmissionParts<T, R>) {
    const { task, settings, intake } = parts;
    this.owner = owner;
    this.intake = intake;
    this.session = openSession<T, R>(runner, settings, {
      task,
      total: intake.total,
      events: sessionEvents<T, R>(owner),
      bulk: bulkOf(owner, parts),
    });
  }

  /** Hands over as many attempts as the runner takes. */
  pump(): void {
    const { owner, intake, session } = this;
    while (!owner.isStopped()) {
      const batch: Job<T>[] = [];
      const capacity = session.capacity(intake.remaining);
      while (batch.length < capacity && !owner.isStopped()) {
        const job = intake.next();
        if (job === null) break;
        owner.begin(job);
        batch.push(job);
      }
      if (batch.length === 0) break;
      if (!owner.isStopped()) session.submit(batch);
      else for (const job of batch) if (job.live) owner.abandon(job);
    }
    if (owner.isStopped() || !intake.ended || this.toldNoMore) return;
    this.toldNoMore = true;
    session.noMore();
  }

  abort(reason: unknown): void {
    try {
      this.session.abort(reason);
    } catch {
      // The run ends for a reason already, and from such a runner nothing more is to be expected.
      this.owner.abandonRunning();
    }
  }

  /** Ends the session; says where the items were executed, and why. */
  close(): Decision | undefined {
    try {
      return this.session.decision();
    } finally {
      this.session.close();
    }
  }
}

/** The items in bulk, for runs of which nothing but the values is wanted. */
function bulkOf<T, R>(
  owner: BulkOwner<T>,
  { intake, sink, settings, watched }: SubmissionParts<T, R>,
): Bulk<T, R> | undefined {
  const { array } = intake;
  if (array === null || watched || settings.retry !== null || sink.filled === undefined)
    return undefined;
  return new Bulk<T, R>(owner, { intake, sink }, array);
}
