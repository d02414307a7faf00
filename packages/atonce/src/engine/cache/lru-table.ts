/** What an `LruTable` holds; the links belong to the table it is in. */
export interface LruNode {
  readonly key: string;
  readonly bytes: number;
  newer: LruNode | null;
  older: LruNode | null;
}

/**
 * Nodes by key, with their order of use in a list through the nodes themselves, so that finding,
 * using, adding and removing one are O(1) and allocate nothing.
 */
export class LruTable<N extends LruNode> {
  private readonly nodes = new Map<string, N>();
  private newest: LruNode | null = null;
  private oldest: LruNode | null = null;
  private total = 0;

  get size(): number {
    return this.nodes.size;
  }

  /** Sum over the nodes. */
  get bytes(): number {
    return this.total;
  }

  /** The node whose last use is longest ago. */
  get leastUsed(): N | null {
    return this.oldest as N | null;
  }

  find(key: string): N | undefined {
    return this.nodes.get(key);
  }

  /** Notes a use. */
  touch(node: N): void {
    if (node === this.newest) return;
    this.unlink(node);
    this.link(node);
  }

  /** Adds a node whose key is not in the table. */
  add(node: N): void {
    this.nodes.set(node.key, node);
    this.total += node.bytes;
    this.link(node);
  }

  remove(node: N): void {
    this.nodes.delete(node.key);
    this.total -= node.bytes;
    this.unlink(node);
  }

  clear(): void {
    this.nodes.clear();
    this.newest = null;
    this.oldest = null;
    this.total = 0;
  }

  private link(node: LruNode): void {
    node.newer = null;
    node.older = this.newest;
    if (this.newest === null) this.oldest = node;
    else this.newest.newer = node;
    this.newest = node;
  }

  private unlink(node: LruNode): void {
    if (node.newer === null) this.newest = node.older;
    else node.newer.older = node.older;
    if (node.older === null) this.oldest = node.newer;
    else node.older.newer = node.newer;
    // A removed node that somebody keeps must not keep its neighbours.
    node.newer = null;
    node.older = null;
  }
}
