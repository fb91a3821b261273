// The page: an input, its answer, and what is known of the model.

import {openApp} from "./predict.js";
import {answerView} from "./view/answer_view.js";
import {make} from "./view/elements.js";
import {pictureInput} from "./view/picture_input.js";
import {rowInput} from "./view/row_input.js";
import {selfCheck} from "./view/self_check.js";
import {soundInput} from "./view/sound_input.js";
import {sentenceInput, textInput} from "./view/text_input.js";

const INPUTS = {
  picture: pictureInput,
  sound: soundInput,
  words: textInput,
  wordpieces: textInput,
  sentencepiece: sentenceInput,
  rows: rowInput,
};
const find = (id) => document.getElementById(id);
const times = [];
const TIMED = 10;  // answers at least, from which the median is taken
const TIMED_FOR = 300;  // milliseconds at most that are spent on asking again

function tell(text, {isError = false} = {}) {
  find("status").textContent = text;
  find("status").classList.toggle("error", isError);
  find("status").hidden = !text;
}

function showLatency(milliseconds) {
  times.push(milliseconds);
  const sorted = [...times].sort((one, other) => one - other);
  const median = sorted[Math.floor(sorted.length / 2)];
  const runs = times.length === 1 ? "one answer" : `median of ${times.length} answers`;
  const digits = median < 10 ? 2 : 0;
  find("latency").textContent = `${median.toFixed(digits)} ms here (${runs})`;
}

/** Asks the same again where that is quick, as a single answer tells little of the speed. */
async function timeAgain(app, question) {
  const end = performance.now() + TIMED_FOR;
  while (times.length < TIMED && performance.now() < end) {
    showLatency((await app.predict(...question)).milliseconds);
  }
}

/** One question at a time; of those that come meanwhile the last one is asked next. */
function asker(app, answered, failed) {
  let isBusy = false;
  let next = null;
  return async function ask(...newest) {
    next = newest;
    if (isBusy) return;
    isBusy = true;
    while (next !== null) {
      const question = next;
      next = null;
      try {
        answered(await app.predict(...question));
        await timeAgain(app, question);
      } catch (error) {
        failed(error);
      }
    }
    isBusy = false;
  };
}

function describe(about) {
  document.title = about.title;
  find("title").textContent = about.title;
  if (about.target) find("answer-title").textContent = about.target;
  for (const [name, value] of about.figures) {
    find("figures").append(make("dt", {}, name), make("dd", {}, value));
  }
  find("figures").append(make("dt", {}, "Speed"), make("dd", {id: "latency"}, "not asked yet"));
  find("limits").append(...about.limits.map((limit) => make("li", {}, limit)));
}

function offerCheck(app) {
  if (!app.about.examples) return;
  const button = find("check");
  button.hidden = false;
  button.onclick = async () => {
    button.disabled = true;
    try {
      const {count, right} = await selfCheck(app);
      const all = right === count ? `All ${count}` : `${right} of ${count}`;
      find("checked").textContent = `${all} examples of the bundle are answered here as in Python.`;
    } catch (error) {
      find("checked").textContent = `The examples cannot be asked: ${error.message}`;
    }
    button.disabled = false;
  };
}

async function start() {
  tell("Loading the model …");
  const app = await openApp("./");
  describe(app.about);
  const makeInput = INPUTS[app.about.preprocessing.kind];
  const answered = (answer) => {
    tell("");
    find("answer").replaceChildren(answerView(answer, app.about));
    showLatency(answer.milliseconds);
    input.answered?.(answer);
  };
  const failed = (error) => {
    tell(error.message, {isError: true});
    find("answer").replaceChildren(make("p", {className: "soft"}, "No answer."));
    input.failed?.();
  };
  const ask = asker(app, answered, failed);
  const input = makeInput(app.about, ask, (text) => tell(text, {isError: true}));
  find("input").replaceChildren(input.element);
  find("main").hidden = false;
  tell("");
  offerCheck(app);
  input.start?.();
}

start().catch((error) => tell(`The page cannot start: ${error.message}`, {isError: true}));
