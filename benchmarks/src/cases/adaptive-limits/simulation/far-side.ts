import type { Random } from 'atonce';
import type { Agenda } from './agenda.ts';
import type { Resource } from './resource.ts';

/** Requests beyond the capacity, as a share of it, that wait before the next are refused. */
const QUEUE_SHARE = 0.25;

/** How long a refusal takes, and how much work it is, as shares of a request. */
const REFUSAL_TIME = 0.5;
const REFUSAL_WORK = 0.1;

type Answer = (refused: boolean) => void;

/** Serves requests first come first served, as its resource says. */
export class FarSide {
  /** Places there are now. */
  capacity: number;
  private readonly resource: Resource;
  private readonly agenda: Agenda;
  private readonly random: Random;
  private readonly queue: Answer[] = [];
  private serving = 0;
  private refusing = 0;

  constructor(resource: Resource, agenda: Agenda, random: Random) {
    this.resource = resource;
    this.agenda = agenda;
    this.random = random;
    this.capacity = resource.capacity;
  }

  request(answer: Answer): void {
    const present = this.serving + this.queue.length;
    if (this.resource.refuses && present >= Math.ceil(this.capacity * (1 + QUEUE_SHARE)))
      return this.refuse(answer);
    this.queue.push(answer);
    this.serve();
  }

  private refuse(answer: Answer): void {
    this.refusing++;
    this.agenda.after(this.resource.serviceMs * REFUSAL_TIME, () => {
      this.refusing--;
      answer(true);
    });
  }

  private serve(): void {
    while (this.serving < this.capacity) {
      const answer = this.queue.shift();
      if (answer === undefined) return;
      this.serving++;
      this.agenda.after(this.timeOfOne(), () => {
        this.serving--;
        answer(false);
        this.serve();
      });
    }
  }

  private timeOfOne(): number {
    const { serviceMs, noise, slowFactor, degrading } = this.resource;
    const { capacity, random } = this;
    const present = this.serving + this.queue.length;
    const beyond = Math.max(0, present - capacity) / capacity;
    const burden = 1 + degrading * beyond + (REFUSAL_WORK * this.refusing) / capacity;
    const slow = slowFactor > 1 && random() < 0.1 ? slowFactor : 1;
    return serviceMs * burden * slow * Math.exp(noise * normal(random));
  }
}

/** A standard normal number (Box and Muller 1958). */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
