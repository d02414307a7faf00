import type { PipelineOutcome } from './outcome.ts';

/** Where one outcome stands in the output. */
export interface Place {
  outcome: PipelineOutcome<unknown> | null;
  earlier: Place | null;
  later: Place | null;
}

/**
 * Puts outcomes into the order of the input. A doubly linked list, because places come and go in the
 * middle: what is flattened gets one for each part, and a batch stands at the place of its first item.
 */
export class Places {
  /** Outcomes that wait for an earlier one. */
  waiting = 0;
  private first: Place | null = null;
  private last: Place | null = null;
  private readonly deliver: (outcome: PipelineOutcome<unknown>) => void;

  /** @param deliver - Given each outcome when its turn has come. */
  constructor(deliver: (outcome: PipelineOutcome<unknown>) => void) {
    this.deliver = deliver;
  }

  /** A place behind all others. */
  open(): Place {
    const place: Place = { outcome: null, earlier: this.last, later: null };
    if (this.last === null) this.first = place;
    else this.last.later = place;
    this.last = place;
    return place;
  }

  /** A place just before `later`. */
  openBefore(later: Place): Place {
    const place: Place = { outcome: null, earlier: later.earlier, later };
    if (later.earlier === null) this.first = place;
    else later.earlier.later = place;
    later.earlier = place;
    return place;
  }

  /** Gives up a place at which nothing will stand. */
  close(place: Place): void {
    this.unlink(place);
    this.deliverDue();
  }

  /** Puts an outcome in its place, and delivers what is due. */
  settle(place: Place, outcome: PipelineOutcome<unknown>): void {
    place.outcome = outcome;
    this.waiting++;
    this.deliverDue();
  }

  private deliverDue(): void {
    for (let place = this.first; place !== null && place.outcome !== null; place = this.first) {
      this.unlink(place);
      this.waiting--;
      this.deliver(place.outcome);
    }
  }

  private unlink(place: Place): void {
    const { earlier, later } = place;
    if (earlier === null) this.first = later;
    else earlier.later = later;
    if (later === null) this.last = earlier;
    else later.earlier = earlier;
  }
}
