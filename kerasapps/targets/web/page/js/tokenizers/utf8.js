// Bytes and text, with SentencePiece's own idea of what is no UTF-8.

export const REPLACEMENT = "\ufffd";

const encoder = new TextEncoder();

/** The bytes of a text; half a surrogate pair, which has none, becomes a question mark. */
export function bytesOf(text) {
  let whole = "";
  for (const character of text) {
    const code = character.codePointAt(0);
    whole += code >= 0xd800 && code <= 0xdfff ? "?" : character;
  }
  return encoder.encode(whole);
}

/** How many bytes the character has that begins with this byte. */
export function sizeOf(first) {
  if (first < 0xc0) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}

/** The character at a place as `[text, bytes]`; each byte of what is none is U+FFFD. */
export function characterAt(bytes, at) {
  const size = sizeOf(bytes[at]);
  let code = size === 1 ? bytes[at] : bytes[at] & (0xff >> (size + 1));
  for (let next = 1; next < size; next += 1) {
    if ((bytes[at + next] & 0xc0) !== 0x80) return [REPLACEMENT, 1];  // also past the end
    code = (code << 6) | (bytes[at + next] & 0x3f);
  }
  const least = [0, 0, 0x80, 0x800, 0x10000][size];
  const isHalf = code >= 0xd800 && code <= 0xdfff;
  const isWrong = code < least || code > 0x10ffff || isHalf || (size === 1 && code > 0x7f);
  return isWrong || bytes[at] >= 0xf8 ? [REPLACEMENT, 1] : [String.fromCodePoint(code), size];
}
