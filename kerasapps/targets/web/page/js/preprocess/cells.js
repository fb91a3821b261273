// What the text of a table's cell says.

// What Python strips, which differs a little from what JavaScript trims.
const OUTER_BLANKS = /^[\s\x1c-\x1f\x85]+|[\s\x1c-\x1f\x85]+$/g;

function whole(pattern) {
  // Python names groups as (?P<name>…).
  return new RegExp(`^(?:${pattern.replaceAll("(?P<", "(?<")})$`);
}

/** Reads cells; `spec` is `preprocessing` of the kind `rows`. */
export class Cells {
  constructor(spec) {
    this.spec = spec;
    this.missing = new Set(spec.missing_words);
    this.number = whole(spec.number);
    this.wholeNumber = whole(spec.whole_number);
    this.dates = Object.fromEntries(
      Object.entries(spec.dates).map(([order, pattern]) => [order, whole(pattern)]),
    );
  }

  /** A value as it would stand in a table; "" is a missing one. */
  text(value) {
    if (value === null || value === undefined) return "";
    const characters = [...String(value).replace(OUTER_BLANKS, "")];
    const text = characters.slice(0, this.spec.longest_cell).join("");
    const short = this.wholeNumber.exec(text)?.[1] ?? text;
    return this.missing.has(short.toLowerCase()) ? "" : short;
  }

  /** The number that a cell's text is, NaN where it is none. */
  asNumber(text) {
    const number = this.number.test(text) ? Number(text) : Number.NaN;
    return Number.isFinite(number) ? number : Number.NaN;
  }

  /** The numbers that a date is made of, by their names; null where it is none. */
  asDate(text, order) {
    const groups = this.dates[order].exec(text)?.groups;
    if (groups === undefined) return null;
    const part = (name) => (groups[name] === undefined ? Number.NaN : Number(groups[name]));
    const time = {hour: part("hour"), minute: part("minute")};
    if (time.hour > 23 || time.minute > 59) return null;
    return order === "time" ? time : dayOf(part("year"), part("month"), part("day"), time);
  }
}

function dayOf(year, month, day, time) {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (year < 1 || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  const weekday = (date.getUTCDay() + 6) % 7;  // from 0, Monday
  return {year, month, day, weekday, "day number": date.getTime() / 86_400_000, ...time};
}
