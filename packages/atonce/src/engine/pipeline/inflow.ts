import { type Items, openSource, type Source, type SourceListener } from '../source.ts';

/** Who reads an inflow. */
export interface InflowOwner {
  /** Something came, or the end. */
  arrived(): void;
  /** The items could not be read to their end. Told once. */
  failed(error: unknown): void;
}

/** Somebody's iterable, read one item at a time and closed exactly once, also from inside its own code. */
export class Inflow implements SourceListener {
  private readonly source: Source<unknown>;
  private readonly owner: InflowOwner;
  /** `current` was read and not taken yet. */
  private ahead = false;
  private reading = false;
  private broken = false;
  private closing = false;

  /** @throws OptionError when `items` cannot be iterated. */
  constructor(items: Items<unknown>, owner: InflowOwner) {
    this.owner = owner;
    this.source = openSource(items, this);
  }

  /** The item taken last. */
  get current(): unknown {
    return this.source.current;
  }

  get ended(): boolean {
    return this.broken || (this.source.ended && !this.ahead);
  }

  /** Number of items when known before reading them. */
  get total(): number | undefined {
    return this.broken ? undefined : this.source.total;
  }

  /** Whether an item was read and not taken yet. */
  get isAhead(): boolean {
    return this.ahead;
  }

  /** Takes the next item into `current`; false when there is none now or none any more. */
  take(): boolean {
    const taken = this.ahead || this.read();
    this.ahead = false;
    return taken;
  }

  /** Makes `ended` true if there is nothing more; may read the item that the next `take` gives. */
  lookAhead(): void {
    this.ahead ||= this.read();
  }

  /** Nothing more is wanted. */
  close(): void {
    if (this.closing) return;
    this.closing = true;
    // A generator cannot be closed while it runs.
    if (!this.reading) this.closeNow();
  }

  pump(): void {
    // Taken at once, so that it is known to be there when the pipeline is stopped before its turn.
    this.lookAhead();
    this.owner.arrived();
  }

  broke(error: unknown): void {
    this.broken = true;
    this.owner.failed(error);
  }

  private read(): boolean {
    if (this.broken || this.closing) return false;
    this.reading = true;
    try {
      return this.source.take();
    } catch (error) {
      this.broke(error);
      return false;
    } finally {
      this.reading = false;
      if (this.closing) this.closeNow();
    }
  }

  private closeNow(): void {
    try {
      this.source.close();
    } catch {
      // The pipeline ends for a reason already; a source that fails while it is closed must not hide it.
    }
  }
}
