// Characters are joined to pieces, those first that were joined first in learning (Sennrich 2016).

import {UNUSED, USER_DEFINED} from "./model_file.js";
import {PairHeap} from "./pair_heap.js";

/** Cuts normalized texts into pieces. */
export class BytePairs {
  /**
   * @param {object} model what `readModelFile` gives.
   * @param {Map<string, number>} ids of the pieces that may be found in a text.
   */
  constructor(model, ids) {
    this.pieces = model.pieces;
    this.ids = ids;
    this.userDefined = [...ids.keys()]
      .filter((text) => model.pieces[ids.get(text)].type === USER_DEFINED)
      .sort((one, other) => other.length - one.length);
  }

  /** The pieces of a normalized text as `[text, id]`; the id is -1 where there is none. */
  cut(text) {
    const symbols = this.symbols(text);
    const heap = new PairHeap();
    const parts = new Map();  // of a piece that is not to be used: what it was joined of
    const offer = (left, right) => {
      if (left < 0 || right < 0 || symbols[left].whole || symbols[right].whole) return;
      const joined = symbols[left].text + symbols[right].text;
      const id = this.ids.get(joined);
      if (id === undefined) return;
      heap.push({left, right, score: this.pieces[id].score, size: joined.length});
      if (this.pieces[id].type === UNUSED) {
        parts.set(joined, [symbols[left].text, symbols[right].text]);
      }
    };
    for (let right = 1; right < symbols.length; right += 1) offer(right - 1, right);
    for (let pair = heap.pop(); pair !== undefined; pair = heap.pop()) {
      const [left, right] = [symbols[pair.left], symbols[pair.right]];
      // One of the two has been joined to another meanwhile.
      if (!left.text || !right.text || left.text.length + right.text.length !== pair.size) continue;
      left.text += right.text;
      left.next = right.next;
      right.text = "";
      if (left.next >= 0) symbols[left.next].before = pair.left;
      offer(left.before, pair.left);
      offer(pair.left, left.next);
    }
    const found = [];
    for (let at = 0; at >= 0 && at < symbols.length; at = symbols[at].next) {
      this.resegment(symbols[at].text, parts, found);
    }
    return found;
  }

  /** Characters, and whole what a user defined, as a linked list. */
  symbols(text) {
    const symbols = [];
    for (let at = 0; at < text.length; ) {
      const user = this.userDefined.find((piece) => text.startsWith(piece, at));
      const part = user ?? String.fromCodePoint(text.codePointAt(at));
      at += part.length;
      const place = symbols.length;
      const next = at < text.length ? place + 1 : -1;
      symbols.push({text: part, before: place - 1, next, whole: user !== undefined});
    }
    return symbols;
  }

  /** A piece, or what it was joined of where it is not to be used. */
  resegment(text, parts, found) {
    const id = this.ids.get(text) ?? -1;
    if (id >= 0 && this.pieces[id].type === UNUSED && parts.has(text)) {
      for (const part of parts.get(text)) this.resegment(part, parts, found);
    } else {
      found.push([text, id]);
    }
  }
}
