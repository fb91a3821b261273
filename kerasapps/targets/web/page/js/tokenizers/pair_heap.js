// What may be joined next: the pair of the highest score, of equal ones the leftmost.

function isBefore(one, other) {
  return one.score > other.score || (one.score === other.score && one.left < other.left);
}

/** A binary heap of pairs. */
export class PairHeap {
  constructor() {
    this.pairs = [];
  }

  push(pair) {
    const {pairs} = this;
    let at = pairs.push(pair) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!isBefore(pairs[at], pairs[above])) break;
      [pairs[at], pairs[above]] = [pairs[above], pairs[at]];
      at = above;
    }
  }

  /** The first pair, which is taken out; undefined where there is none. */
  pop() {
    const {pairs} = this;
    const first = pairs[0];
    const last = pairs.pop();
    if (pairs.length) {
      pairs[0] = last;
      this.sink();
    }
    return first;
  }

  sink() {
    const {pairs} = this;
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let first = at;
      if (left < pairs.length && isBefore(pairs[left], pairs[first])) first = left;
      if (right < pairs.length && isBefore(pairs[right], pairs[first])) first = right;
      if (first === at) return;
      [pairs[at], pairs[first]] = [pairs[first], pairs[at]];
      at = first;
    }
  }
}
