/** No source of random numbers with 53 bits draws a `-ln` beyond this (53 ln 2 = 36.7). */
const LONGEST_REACH = 37;

/**
 * From when on an early refresh is possible at all. Before, a hit need not draw a number.
 *
 * @param beta - Eagerness: 0 never, 1 the best for most loads, more is earlier.
 */
export function refreshFrom(expiresAt: number, computeMs: number, beta: number): number {
  const reach = LONGEST_REACH * beta * computeMs;
  return reach === 0 ? Infinity : expiresAt - reach;
}

/**
 * Whether this reader should compute the value anew before it expires. XFetch of Vattani, Chierichetti
 * and Lowenstein, "Optimal Probabilistic Cache Stampede Prevention", PVLDB 8(8), 2015: the chance
 * grows towards the expiry, the sooner the longer the computation takes, so that readers that do
 * not know of each other (in several processes) seldom decide at the same time.
 *
 * @param draw - A random number in [0, 1).
 */
export function isDueEarly(leftMs: number, reachMs: number, draw: number): boolean {
  return -Math.log(1 - draw) * reachMs >= leftMs;
}
