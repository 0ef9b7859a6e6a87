// Which folders carry the cost: at most so many, as deep as they can be, and every scan is counted in exactly one of them.
import { parse, sep } from 'node:path';

export interface Cost {
  readonly scans: number;
  readonly ms: number;
  readonly bytes: number;
}

export const noCost: Cost = { scans: 0, ms: 0, bytes: 0 };

export function addCosts(one: Cost, other: Cost): Cost {
  return { scans: one.scans + other.scans, ms: one.ms + other.ms, bytes: one.bytes + other.bytes };
}

/** Fractions may leave a hair less than nothing. */
function subtract(one: Cost, other: Cost): Cost {
  return {
    scans: one.scans - other.scans,
    ms: Math.max(0, one.ms - other.ms),
    bytes: Math.max(0, one.bytes - other.bytes),
  };
}

interface FolderNode {
  readonly path: string;
  readonly children: Map<string, FolderNode>;
  /** With all below it. */
  total: Cost;
}

/** What is deeper is counted there: a hostile tree shall not cost more than an honest one. */
const deepest = 64;

/** A folder that is named, with those below it that are named for themselves. */
interface Group {
  readonly node: FolderNode;
  /** Not named yet, dearest first. */
  readonly children: FolderNode[];
  rest: Cost;
}

/**
 * The dearest folder of a named one is named for itself, again and again, until there are `most`: what is in it is
 * then no longer counted in the one above. A folder that has nothing left of its own is not named.
 */
export function folderCosts(
  files: Iterable<{ readonly path: string; readonly cost: Cost }>,
  most: number,
): readonly { readonly path: string; readonly cost: Cost }[] {
  const groups = [...treesOf(files)].map(groupOf);
  for (;;) {
    const dearest = groups.find(isAllIn) ?? dearestOf(groups);
    const child = dearest?.children[0];
    if (dearest === undefined || child === undefined) break;
    const leaves = isAllIn(dearest);
    if (!leaves && groups.length >= most) break;
    dearest.children.shift();
    dearest.rest = subtract(dearest.rest, child.total);
    if (leaves) groups.splice(groups.indexOf(dearest), 1);
    groups.push(groupOf(child));
  }
  return (
    groups
      .filter(({ rest }) => rest.scans > 0)
      .map(({ node, rest }) => ({ path: node.path, cost: rest }))
      .toSorted((one, other) => other.cost.ms - one.cost.ms || (one.path < other.path ? -1 : 1))
      // More only where there are more drives.
      .slice(0, most)
  );
}

function groupOf(node: FolderNode): Group {
  const children = [...node.children.values()].toSorted((one, other) => other.total.ms - one.total.ms);
  return { node, children, rest: node.total };
}

/** Whether the dearest child has all that the group has. */
function isAllIn({ rest, children: [child] }: Group): boolean {
  return child !== undefined && child.total.scans === rest.scans;
}

function dearestOf(groups: readonly Group[]): Group | undefined {
  let dearest: Group | undefined;
  for (const group of groups) {
    const [child] = group.children;
    if (child !== undefined && child.total.ms > (dearest?.children[0]?.total.ms ?? -1)) dearest = group;
  }
  return dearest;
}

function treesOf(files: Iterable<{ readonly path: string; readonly cost: Cost }>): Iterable<FolderNode> {
  const roots = new Map<string, FolderNode>();
  for (const { path, cost } of files) {
    const { root, dir } = parse(path);
    let node = childOf(roots, root, root);
    node.total = addCosts(node.total, cost);
    for (const name of dir.slice(root.length).split(sep, deepest)) {
      if (name === '') continue;
      node = childOf(node.children, name, node.path === root ? root + name : node.path + sep + name);
      node.total = addCosts(node.total, cost);
    }
  }
  return roots.values();
}

function childOf(nodes: Map<string, FolderNode>, name: string, path: string): FolderNode {
  const known = nodes.get(name);
  if (known !== undefined) return known;
  const made: FolderNode = { path, children: new Map(), total: noCost };
  nodes.set(name, made);
  return made;
}
