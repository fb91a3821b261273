// Answers, in words and bars.

import {make} from "./elements.js";

const SHOWN = 5;  // labels at first

function perCent(score) {
  return `${(100 * score).toFixed(score > 0 && score < 0.001 ? 2 : 1)} %`;
}

function bar({label, score}, at) {
  const fill = make("span", {className: "fill"});
  fill.style.width = `${Math.max(0, Math.min(100, 100 * score))}%`;
  return make(
    "li",
    {className: at ? "" : "first"},
    make("span", {className: "label"}, label),
    make("span", {className: "score"}, perCent(score)),
    make("span", {className: "bar", "aria-hidden": "true"}, fill),
  );
}

/** Classes as bars; where none is the answer, what is said in its place stands above them. */
function classView({ranked, noAnswer}) {
  if (!noAnswer) return barsView(ranked);
  const words = noAnswer[0].toUpperCase() + noAnswer.slice(1);
  return make("div", {}, make("p", {className: "number"}, words), barsView(ranked, 1));
}

function barsView(ranked, first = 0) {
  if (ranked.every(({score}) => score === 0)) {
    return make("p", {}, "No label has a score above 0: another file of the bundle may tell more.");
  }
  const list = make("ol", {className: "bars"}, ...ranked.slice(0, SHOWN).map((each, at) => bar(each, first + at)));
  if (ranked.length <= SHOWN) return list;
  const more = make("button", {type: "button"}, `All ${ranked.length} labels`);
  more.onclick = () => {
    list.append(...ranked.slice(SHOWN).map((each) => bar(each, 1)));
    more.remove();
  };
  return make("div", {}, list, more);
}

/** The labels of a set, and behind a button all others, which do not reach their thresholds. */
function setView({ranked, chosen}) {
  const list = make("ol", {className: "bars"}, ...chosen.map((each) => bar(each, 0)));
  const others = ranked.filter((each) => !chosen.includes(each));
  const more = make("button", {type: "button"}, `All ${ranked.length} labels`);
  more.onclick = () => {
    list.append(...others.map((each) => bar(each, 1)));
    more.remove();
  };
  const none = make("p", {}, "No label reaches the score from which on it is given.");
  return make("div", {}, chosen.length ? null : none, list, others.length ? more : null);
}

function numberView({value}) {
  const text = Number(value.toPrecision(5)).toLocaleString("en", {maximumSignificantDigits: 5});
  return make("p", {className: "number"}, text);
}

function translationView({text, alternatives}, about) {
  const lang = about.preprocessing.target_language ?? "";
  if (!text) return make("p", {className: "soft"}, "A text without words has no translation.");
  const others = alternatives.filter((each) => each.text !== text);
  return make(
    "div",
    {},
    make("p", {className: "translation", lang}, text),
    others.length
      ? make(
          "details",
          {},
          make("summary", {}, "Other translations"),
          make("ol", {lang}, ...others.map((each) => make("li", {}, each.text))),
        )
      : null,
  );
}

const VIEWS = {
  classes: classView,
  labels: setView,
  number: numberView,
  translation: translationView,
};

/** What an answer looks like; `about` is the content of `app.json`. */
export function answerView(answer, about) {
  const view = VIEWS[about.answer.kind](answer, about);
  if (answer.readsWhole) return view;
  const note = "The text is longer than the model reads: its end was ignored.";
  return make("div", {}, view, make("p", {className: "note"}, note));
}
