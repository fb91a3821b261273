// A row of a table as a form, filled in with what is typical.

import {afterPause, labelled, make} from "./elements.js";

const MANY = 50;  // values that a list to choose from has at most
const WRITTEN = {
  "year-month-day": "2024-05-31", "day-month-year": "31.05.2024",
  "month-day-year": "05/31/2024", time: "23:59",
};

function option(value, text = value) {
  return make("option", {value}, text);
}

function fieldOf(column) {
  const {kind, typical, values} = column;
  if (kind === "number") return make("input", {value: typical, inputMode: "decimal"});
  if (kind === "date") return make("input", {value: typical, placeholder: WRITTEN[column.order]});
  if (values.length > MANY) {
    return make("input", {value: typical, placeholder: "a value of the training"});
  }
  const field = make("select", {}, option("", "(missing)"), ...values.map((value) => option(value)));
  field.value = typical;
  return field;
}

/** The input for rows: answered whenever a field changes. */
export function rowInput(about, ask) {
  const {columns} = about.preprocessing;
  const fields = new Map(columns.map((column) => [column.name, fieldOf(column)]));
  const answer = () => {
    ask(Object.fromEntries([...fields].map(([name, field]) => [name, field.value])));
  };
  const form = make("form", {className: "columns"});
  for (const [name, field] of fields) form.append(labelled(name, field));
  form.onsubmit = (event) => event.preventDefault();
  form.oninput = afterPause(answer);
  const reset = make("button", {type: "button"}, "Typical row");
  reset.onclick = () => {
    for (const column of columns) fields.get(column.name).value = column.typical;
    answer();
  };
  const note = "An empty field is a missing value.";
  return {
    element: make(
      "div", {}, form, make("p", {className: "row"}, reset, make("span", {className: "soft"}, note)),
    ),
    start: answer,
  };
}
