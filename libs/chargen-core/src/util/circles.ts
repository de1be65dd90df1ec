/** What each node leads to. A node that only others lead to may be left out. */
export type Edges = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * The circle (strongly connected component) of each node that has edges, as a number: two nodes lead to each other if
 * theirs are equal. Tarjan's algorithm, without recursion, since a world may have thousands of scenes in one chain.
 */
export function circlesOf(edges: Edges): Map<string, number> {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const circles = new Map<string, number>();
  const path: string[] = [];
  let count = 0;
  for (const start of edges.keys()) {
    if (index.has(start)) continue;
    const work: { readonly node: string; readonly rest: string[] }[] = [];
    const enter = (node: string): void => {
      index.set(node, index.size);
      low.set(node, index.size - 1);
      path.push(node);
      work.push({ node, rest: [...(edges.get(node) ?? [])].filter((other) => edges.has(other)) });
    };
    const lower = (node: string, to: number | undefined): void => {
      low.set(node, Math.min(low.get(node) ?? 0, to ?? 0));
    };
    enter(start);
    for (let frame = work.at(-1); frame !== undefined; frame = work.at(-1)) {
      const { node } = frame;
      const next = frame.rest.pop();
      if (next === undefined) {
        work.pop();
        const parent = work.at(-1)?.node;
        if (parent !== undefined) lower(parent, low.get(node));
        if (low.get(node) !== index.get(node)) continue;
        for (const member of path.splice(path.lastIndexOf(node))) circles.set(member, count);
        count += 1;
      } else if (!index.has(next)) {
        enter(next);
      } else if (!circles.has(next)) {
        lower(node, index.get(next));
      }
    }
  }
  return circles;
}

/** The shortest way from a node along the edges back to it, both ends included; undefined if there is none. */
export function wayBack(edges: Edges, start: string): readonly string[] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const node of queue) {
    for (const next of edges.get(node) ?? []) {
      if (next === start) {
        const way = [start];
        for (let at = node; at !== start; at = cameFrom.get(at) ?? start) way.push(at);
        return [start, ...way.reverse()];
      }
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, node);
      queue.push(next);
    }
  }
  return undefined;
}
