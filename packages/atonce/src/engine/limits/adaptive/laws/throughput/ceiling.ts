/** Windows without an overload before a limit that was too much is tried again; doubled each time it still is. */
const HOLD_WINDOWS = 8;
const LONGEST_HOLD = 64;

/** How far the ceiling is raised when it has held long enough. */
const RAISE = 1.15;

/** Remembers at which limit the far side last refused, and keeps below it for a while. */
export class Ceiling {
  /** Most slots to try; Infinity when nothing was ever refused, or not for long. */
  slots: number = Infinity;
  private hold = HOLD_WINDOWS;
  private calm = 0;

  /** The far side has refused at `limit`. */
  hit(limit: number, min: number): void {
    if (limit >= this.slots) this.hold = Math.min(LONGEST_HOLD, this.hold * 2);
    this.slots = Math.max(min, limit - 1);
    this.calm = 0;
  }

  /** A window has passed without an overload. */
  passed(): void {
    this.calm++;
    if (this.slots === Infinity || this.calm < this.hold) return;
    this.slots = Math.ceil(this.slots * RAISE);
    this.calm = 0;
  }
}
