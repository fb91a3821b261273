// The likeliest way to cut a text into pieces whose probabilities are known (Kudo 2018).

import {NORMAL, UNUSED, USER_DEFINED} from "./model_file.js";
import {bytesOf} from "./utf8.js";

const UNKNOWN_PENALTY = 10;
const {fround} = Math;  // scores are float32, so that what is equal there is equal here

/** Cuts normalized texts into pieces. */
export class Unigram {
  /**
   * @param {object} model what `readModelFile` gives.
   * @param {Map<string, number>} ids of the pieces that may be found in a text.
   */
  constructor(model, ids) {
    let [lowest, highest] = [Infinity, -Infinity];
    for (const {type, score} of model.pieces) {
      if (type !== NORMAL) continue;
      lowest = Math.min(lowest, score);
      highest = Math.max(highest, score);
    }
    this.unknownScore = fround(lowest - UNKNOWN_PENALTY);
    this.root = {next: new Map()};
    for (const [text, id] of ids) {
      const {type, score} = model.pieces[id];
      if (type === UNUSED) continue;
      // What a user defined is always taken.
      const isUsers = type === USER_DEFINED;
      this.add(text, id, isUsers ? fround(bytesOf(text).length * highest - 0.1) : score);
    }
  }

  /** Adds a piece to the tree of all, a character a step. */
  add(text, id, score) {
    let node = this.root;
    for (const character of text) {
      if (!node.next.has(character)) node.next.set(character, {next: new Map()});
      node = node.next.get(character);
    }
    Object.assign(node, {id, score});
  }

  /** The pieces of a normalized text as `[text, id]`; the id is -1 where there is none. */
  cut(text) {
    const characters = [...text];
    // Of each place: the best way to get there, and where its last piece starts.
    const best = new Array(characters.length + 1);
    best[0] = {score: 0, start: 0, id: -1};
    for (let start = 0; start < characters.length; start += 1) {
      const offer = (end, id, score) => {
        const total = fround(best[start].score + score);
        const isBetter = best[end] === undefined || total > best[end].score;
        if (isBetter) best[end] = {score: total, start, id};
      };
      let coversOne = false;
      let node = this.root;
      for (let end = start; end < characters.length; ) {
        node = node.next.get(characters[end]);
        if (node === undefined) break;
        end += 1;
        if (node.id === undefined) continue;
        offer(end, node.id, node.score);
        coversOne ||= end === start + 1;
      }
      if (!coversOne) offer(start + 1, -1, this.unknownScore);
    }
    const found = [];
    for (let end = characters.length; end > 0; end = best[end].start) {
      found.push([characters.slice(best[end].start, end).join(""), best[end].id]);
    }
    return found.reverse();
  }
}
