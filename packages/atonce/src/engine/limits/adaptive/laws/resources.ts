import { checkMs, checkNames, refuse } from '../../../../kernel/checks.ts';
import { OptionError } from '../../../../kernel/errors.ts';
import type { LoadReading } from '../readings.ts';
import type { LawSetting, LawState, LimitLaw, SlotUse, Verdict } from '../law.ts';

/** How `resourcesLaw` steers. */
export interface ResourcesOptions {
  /**
   * The limit is halved when processor or memory are used to a larger share, 0 to 1.
   *
   * @defaultValue 0.8
   */
  readonly high?: number | undefined;
  /**
   * The limit is doubled when both are used to a smaller share, 0 to 1, less than `high`.
   *
   * @defaultValue 0.4
   */
  readonly low?: number | undefined;
  /**
   * The limit is halved when the event loop is later than this, and doubled only while it is less than
   * half as late, milliseconds.
   *
   * @defaultValue 100
   */
  readonly eventLoopDelayMs?: number | undefined;
  /**
   * Time from one look at the load to the next, milliseconds.
   *
   * @defaultValue 1000
   */
  readonly intervalMs?: number | undefined;
}

/** Quiet looks in a row before the limit is doubled: load follows a change late. */
const QUIET_LOOKS = 2;

/**
 * Halves the limit when this machine is loaded and doubles it when it is idle and the limit is in
 * use; in between nothing changes. It needs `readings`, and it says nothing of the far side: with
 * tasks that wait for others it grows to `max`, so combine it with a law that looks there.
 *
 * @throws OptionError for a bad option; from `adaptiveLimit` when that has no `readings`.
 */
export function resourcesLaw(options: ResourcesOptions = {}): LimitLaw {
  checkNames('resourcesLaw', options, ['high', 'low', 'eventLoopDelayMs', 'intervalMs']);
  const { high = 0.8, low = 0.4, eventLoopDelayMs = 100, intervalMs = 1_000 } = options;
  if (!(high > 0 && high <= 1)) throw refuse('high', 'a share above 0 up to 1', high);
  if (!(low >= 0 && low < high)) throw refuse('low', 'a share from 0 to less than `high`', low);
  checkMs('eventLoopDelayMs', eventLoopDelayMs, 'more than 0');
  checkMs('intervalMs', intervalMs, 'more than 0');
  const bounds = { high, low, eventLoopDelayMs, intervalMs };
  return { name: 'resources', start: (setting) => new ResourceWatch(setting, bounds) };
}

type Bounds = Readonly<Record<'high' | 'low' | 'eventLoopDelayMs' | 'intervalMs', number>>;

class ResourceWatch implements LawState {
  private readonly setting: LawSetting;
  private readonly bounds: Bounds;
  private readonly read: () => LoadReading;
  private limit: number;
  private lookedAtMs = -Infinity;
  private quietLooks = 0;
  /** Most slots in use since the last look. */
  private most = 0;

  constructor(setting: LawSetting, bounds: Bounds) {
    if (setting.readings === null)
      throw new OptionError('readings', 'resourcesLaw needs `readings`, which tell it the load');
    this.setting = setting;
    this.bounds = bounds;
    this.read = setting.readings;
    this.limit = setting.initial;
  }

  observe({ nowMs, inFlight }: SlotUse): Verdict | null {
    this.most = Math.max(this.most, inFlight);
    if (nowMs - this.lookedAtMs < this.bounds.intervalMs) return null;
    this.lookedAtMs = nowMs;
    const inUse = this.most * 2 >= this.limit;
    this.most = 0;
    return this.judge(this.read(), inUse);
  }

  private judge(load: LoadReading, inUse: boolean): Verdict | null {
    const { min, max } = this.setting;
    const tooMuch = this.loaded(load);
    if (tooMuch !== undefined) {
      this.quietLooks = 0;
      this.limit = Math.max(min, this.limit / 2);
      return { limit: this.limit, reason: tooMuch };
    }
    this.quietLooks = this.idle(load) && inUse ? this.quietLooks + 1 : 0;
    if (this.quietLooks < QUIET_LOOKS) return null;
    this.quietLooks = 0;
    this.limit = Math.min(max, this.limit * 2);
    return { limit: this.limit, reason: 'this machine has room' };
  }

  private loaded({ cpuShare, memoryShare, eventLoopDelayMs }: LoadReading): string | undefined {
    const { high } = this.bounds;
    if (cpuShare !== undefined && cpuShare > high) return `processor ${percent(cpuShare)} in use`;
    if (memoryShare !== undefined && memoryShare > high)
      return `memory ${percent(memoryShare)} in use`;
    if (eventLoopDelayMs !== undefined && eventLoopDelayMs > this.bounds.eventLoopDelayMs)
      return `event loop ${Math.round(eventLoopDelayMs)} ms late`;
    return undefined;
  }

  private idle({ cpuShare = 0, memoryShare = 0, eventLoopDelayMs = 0 }: LoadReading): boolean {
    const { low, eventLoopDelayMs: late } = this.bounds;
    return cpuShare < low && memoryShare < low && eventLoopDelayMs < late / 2;
  }
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
