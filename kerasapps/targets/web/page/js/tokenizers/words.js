// Words of ASCII letters, digits, _ and ', each looked up as it stands in a vocabulary.

/** A vocabulary file with `word id` a line, as a Map. */
export function readWordIds(text) {
  const lines = text.replace(/^\ufeff/, "").replaceAll("\r\n", "\n").split("\n").filter(Boolean);
  return new Map(lines.map((line) => {
    const blank = line.indexOf(" ");
    return [line.slice(0, blank), Number(line.slice(blank + 1))];
  }));
}

/** Finds the ids of a text; `spec` is `preprocessing` of the kind `words`. */
export class Words {
  constructor(spec, vocabularyText) {
    this.spec = spec;
    this.ids = readWordIds(vocabularyText);
  }

  /** All ids of a text, the start token first; nothing is cut off. */
  encodeAll(text) {
    // A NUL character ends the text, as it would end a C string.
    const words = text.split("\0", 1)[0].match(/[A-Za-z0-9_']+/g) ?? [];
    const {start, unknown} = this.spec;
    return [start.id, ...words.map((word) => this.ids.get(word) ?? unknown.id)];
  }

  /** As many ids as the network reads. */
  cut(ids) {
    return ids.slice(0, this.spec.length);
  }
}
