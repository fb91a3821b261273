// BERT's text cleaning, which looks at one character at a time.

const IDEOGRAPHS = [
  [0x3400, 0x4dbf], [0x4e00, 0x9fff], [0xf900, 0xfaff],
  [0x20000, 0x2a6df], [0x2a700, 0x2ceaf], [0x2f800, 0x2fa1f],
];
const CONTROL = /^[\p{Cc}\p{Cf}]$/u;
const UNASSIGNED = /^[\p{Cn}\p{Co}\p{Cs}]$/u;
const SPACE = /^[\p{Zs}\u2028\u2029]$/u;
// ASCII symbols such as + and $ are set apart too, those beyond ASCII are not.
const SET_APART = /^[\p{P}!-/:-@[-`{-~]$/u;
const MARKS = /\p{Mn}/gu;

function setApart(character) {
  if (SPACE.test(character)) return " ";
  return SET_APART.test(character) ? ` ${character} ` : character;
}

function isIdeograph(code) {
  return IDEOGRAPHS.some(([first, last]) => first <= code && code <= last);
}

/** What a character becomes: nothing, a space, itself, or several characters. */
export function normalizeCharacter(character, lowercase) {
  if (character === "\t" || character === "\n" || character === "\r") return " ";
  if (character === "\ufffd" || CONTROL.test(character)) return "";
  if (isIdeograph(character.codePointAt(0))) {
    return ` ${lowercase ? character.normalize("NFD") : character} `;
  }
  if (UNASSIGNED.test(character)) return character;
  const plain = lowercase
    ? character.toLowerCase().normalize("NFD").replace(MARKS, "")
    : character;
  return [...plain].map(setApart).join("");
}

const tables = {true: new Map(), false: new Map()};

/** The words and punctuation marks of a text, normalized. */
export function splitNormalized(text, lowercase) {
  const table = tables[lowercase];
  let clean = "";
  for (const character of text) {
    let known = table.get(character);
    if (known === undefined) {
      known = normalizeCharacter(character, lowercase);
      table.set(character, known);
    }
    clean += known;
  }
  return clean.split(" ").filter(Boolean);
}
