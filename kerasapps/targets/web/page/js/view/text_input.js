// A text that is typed.

import {afterPause, labelled, make} from "./elements.js";

/** The input for texts that are classified: answered while it is typed. */
export function textInput(about, ask) {
  const field = make("textarea", {rows: 6, placeholder: "Type or paste a text …"});
  const later = afterPause(() => ask(field.value));
  field.oninput = later;
  return {
    element: labelled("Text", field),
    start() {
      field.focus({preventScroll: true});
    },
  };
}

/** The input for texts that are translated: answered when it is asked for. */
export function sentenceInput(about, ask) {
  const {source_language: language} = about.preprocessing;
  const field = make("textarea", {rows: 4, placeholder: "Type or paste one sentence …"});
  if (language) field.lang = language;
  const usual = about.answer.default_beam;
  const widths = [...new Set([1, 2, 4, 8, usual])].sort((one, other) => one - other);
  const beam = make("select", {}, ...widths.map((width) => {
    const text = width === 1 ? "1 (quickest)" : String(width);
    return make("option", {value: width, selected: width === usual}, text);
  }));
  const button = make("button", {type: "button", className: "main"}, "Translate");
  const translate = () => {
    const width = Number(beam.value);
    ask(field.value, {beam: width, count: Math.min(width, 3)});
  };
  button.onclick = translate;
  beam.onchange = translate;
  field.onkeydown = (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) translate();
  };
  return {
    element: make(
      "div",
      {},
      labelled(language ? `Sentence (${language})` : "Sentence", field),
      make("div", {className: "row"}, button, labelled("Translations weighed", beam)),
    ),
    start() {
      field.focus({preventScroll: true});
    },
  };
}
