// Texts as the network takes them.

import {WordPieces} from "../tokenizers/wordpieces.js";
import {Words} from "../tokenizers/words.js";

const TOKENIZERS = {words: Words, wordpieces: WordPieces};

/**
 * A reader of texts; `spec` is `preprocessing`.
 *
 * @param {object} spec
 * @param {(path: string) => Promise<string>} readText content of one of the page's files.
 */
export async function textReader(spec, {readText}) {
  const tokenizer = new TOKENIZERS[spec.kind](spec, await readText(spec.files[0].path));
  return {
    async read(text) {
      const all = tokenizer.encodeAll(text);
      const ids = new Int32Array(spec.length).fill(spec.pad.id);
      ids.set(tokenizer.cut(all));
      return {value: ids, readsWhole: all.length <= spec.length};
    },
  };
}

/** What BERT's three inputs take, made of the ids. */
export function bertInputs(ids, padId) {
  return {
    input_word_ids: ids,
    input_mask: ids.map((id) => Number(id !== padId)),
    input_type_ids: new Int32Array(ids.length),
  };
}
