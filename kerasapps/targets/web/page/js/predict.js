// Opens the app, and answers: all that there is to it but the page.
//
//   const app = await openApp("./");
//   const {ranked} = await app.predict(file);  // of a set of labels `chosen` are those it has
//
// Where the likeliest class is no answer, `noAnswer` says why: "not sure" or "none of these".

import {meanAnswer, numberAnswer, scoredAnswer} from "./answers.js";
import {pictureReader} from "./preprocess/picture.js";
import {rowReader} from "./preprocess/row.js";
import {soundReader} from "./preprocess/sound.js";
import {bertInputs, textReader} from "./preprocess/text.js";
import {loadModel} from "./runner.js";
import {sentenceReader, translationAnswer} from "./translator.js";

/** `preprocessing.kind` → what reads such inputs. */
const READERS = {
  picture: pictureReader,
  sound: soundReader,
  words: textReader,
  wordpieces: textReader,
  sentencepiece: sentenceReader,
  rows: rowReader,
};
/** `answer.kind` → what makes such answers. */
const ANSWERS = {
  classes: scoredAnswer,
  labels: scoredAnswer,
  number: numberAnswer,
  translation: translationAnswer,
};

async function fetched(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address} cannot be read (${response.status}).`);
  return response;
}

/** A grey picture for a file that takes three channels. */
function threeTimes(grey) {
  return Uint8Array.from({length: 3 * grey.length}, (_, at) => grey[Math.floor(at / 3)]);
}

/** What each of a file's inputs takes, made of what a reader gives. */
function feeds(value, signature, spec) {
  if (!ArrayBuffer.isView(value)) return value;
  if (signature.inputs.length > 1) return bertInputs(value, spec.pad.id);
  const [input] = signature.inputs;
  const size = input.shape.reduce((product, side) => product * side, 1);
  return {[input.name]: size === 3 * value.length ? threeTimes(value) : value};
}

/**
 * Loads the model and all that it needs.
 *
 * @param {string} folder address of the app's folder, which ends in a slash.
 * @returns `about`, the content of `app.json`; `at(path)`, the address of one of the app's files;
 *   and `predict(raw, options)`. A picture or a sound is a Blob, a row an object with a value for each column,
 *   all else a text. Options are of translators: `beam`, `count`, `lengthPenalty`.
 */
export async function openApp(folder = "./") {
  const at = (path) => new URL(path, new URL(folder, document.baseURI)).href;
  const about = await (await fetched(at("app.json"))).json();
  const {preprocessing, answer, labels} = about;
  const files = {
    readText: async (path) => (await fetched(at(path))).text(),
    readBytes: async (path) => new Uint8Array(await (await fetched(at(path))).arrayBuffer()),
  };
  const [reader, model] = await Promise.all([
    READERS[preprocessing.kind](preprocessing, files),
    loadModel(at("litert/wasm/"), at(about.model), about.signatures),
  ]);
  const answers = ANSWERS[answer.kind](answer, {model, labels, reader});
  await model.warmUp();
  return {
    about,
    at,
    async predict(raw, options) {
      const {value, parts = [value], readsWhole} = await reader.read(raw);
      const started = performance.now();
      const all = [];
      for (const part of parts) {
        const given = Array.isArray(part) ? part : feeds(part, model.first, preprocessing);
        all.push(await answers(given, options));
      }
      const found = all.length === 1 ? all[0] : meanAnswer(all, {answer, labels});
      return {...found, input: value, readsWhole, milliseconds: performance.now() - started};
    },
  };
}
