// A row of a table as the network takes it: numbers on the scale of the training, and ids.

import {Cells} from "./cells.js";

/** The level of a number between the knots of a scale; beyond them that of the last. */
function level({knots, levels, typical}, number) {
  if (Number.isNaN(number)) return typical;
  const last = knots.length - 1;
  if (number <= knots[0]) return levels[0];
  if (number >= knots[last]) return levels[last];
  let [low, high] = [0, last];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (knots[middle] <= number) low = middle;
    else high = middle;
  }
  const slope = (levels[high] - levels[low]) / (knots[high] - knots[low]);
  return slope * (number - knots[low]) + levels[low];
}

/** Encodes rows; `spec` is `preprocessing`. */
export class Rows {
  constructor(spec) {
    this.spec = spec;
    this.cells = new Cells(spec);
    this.columns = new Map(spec.columns.map((column) => [column.name, column]));
  }

  /** Name of each input → its values; `row` has a value for each column. */
  encode(row) {
    const values = new Map();
    for (const {name} of this.spec.columns) values.set(name, this.cells.text(row[name]));
    const makers = {numbers: this.number, categories: this.category};
    const arrays = {numbers: Float32Array, categories: Int32Array};
    return Object.fromEntries(
      Object.entries(this.spec.inputs).map(([input, places]) => [
        input,
        arrays[input].from(places, (place) =>
          makers[input].call(this, this.columns.get(place.column), values.get(place.column), place),
        ),
      ]),
    );
  }

  number(column, text, {scale, missing}) {
    const parts = this.parts(column, text);
    if (missing) return Number(Object.values(parts).every(Number.isNaN));
    const {part} = column.scales[scale];
    return level(column.scales[scale], parts[part] ?? Number.NaN);
  }

  /** What a text says, by the names of parts; a number has one part without a name. */
  parts(column, text) {
    if (column.kind !== "date") return {"": this.cells.asNumber(text)};
    return this.cells.asDate(text, column.order) ?? {};
  }

  category(column, text) {
    const {missing_id: missing, unknown_id: unknown, first_id: first, yes, no} = this.spec;
    if (text === "") return missing;
    if (column.kind === "yes/no") {
      const word = text.toLowerCase();
      if (no.includes(word)) return first;
      return yes.includes(word) ? first + 1 : unknown;
    }
    const place = column.values.indexOf(text);
    return place < 0 ? unknown : first + place;
  }
}

/** A reader of rows, which are objects with a value for each column. */
export async function rowReader(spec) {
  const rows = new Rows(spec);
  return {
    async read(row) {
      const lacking = spec.columns.find(({name}) => !(name in row));
      if (lacking) throw new Error(`The row lacks the column ${lacking.name}.`);
      return {value: rows.encode(row), readsWhole: true};
    },
  };
}
