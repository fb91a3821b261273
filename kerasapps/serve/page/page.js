"use strict";
// The page that tries a model by hand. It speaks to this server only, with what anybody can send it.

const $ = (id) => document.getElementById(id);
const VERBS = { classes: "labels", labels: "gives all labels of", number: "gives a number for", text: "translates", entities: "marks entities in", several: "gives several answers for", values: "answers" };
const THINGS = { picture: "pictures", sound: "sounds", text: "texts", row: "rows", array: "arrays" };
const LAST_BARS = 5;
const MANY = 50; // values that a list to choose from has at most
let models = [];
let model = null;
let key = "";

async function call(path, options = {}) {
  const headers = { ...options.headers, ...(key ? { "X-API-Key": key } : {}) };
  const began = performance.now();
  let response;
  try {
    response = await fetch(path, { ...options, headers });
  } catch {
    throw new Error("The server does not answer.");
  }
  const values = await response.json().catch(() => ({}));
  if (response.status === 401) $("key-form").hidden = false;
  if (!response.ok) throw new Error(values.error?.message || `The server answered ${response.status}.`);
  return { values, milliseconds: performance.now() - began };
}

function element(tag, text = "", className = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

function tell(error) {
  $("error").textContent = error ? error.message : "";
  $("error").hidden = !error;
}

async function start() {
  try {
    models = (await call("models")).values.models;
  } catch (error) {
    if ($("key-form").hidden || key) tell(error);
    return;
  }
  tell(null);
  $("key-form").hidden = true;
  $("model").replaceChildren(...models.map((each) => new Option(each.name, each.name)));
  $("pick").hidden = models.length < 2;
  choose(models[0]);
}

function choose(chosen) {
  model = chosen;
  tell(null);
  $("answers").replaceChildren();
  $("ask").hidden = false;
  $("title").textContent = model.name;
  const count = model.labels.length;
  const facts = [`${VERBS[model.answers]} ${THINGS[model.reads]}`, `file ${model.artifact}`];
  const labels = count > 6 ? `${count} labels` : model.labels.join(", ");
  if (model.target) facts.push(count ? `${model.target}: ${labels}` : model.target);
  else if (count) facts.push(labels);
  if (model.parts) facts.push(Object.keys(model.parts).join(", "));
  $("facts").textContent = facts.join(" · ");
  for (const each of Object.keys(THINGS)) $(`${each}-form`).hidden = each !== model.reads;
  $("text-button").textContent = model.answers === "text" ? "Translate" : "Ask";
  $("address").textContent = `POST ${address()}`;
  $("columns").replaceChildren(...(model.columns || []).map(column));
  const names = Object.keys(model.options);
  $("more").hidden = !names.length;
  $("options").replaceChildren(...names.map(option));
}

function address() {
  return model === models[0] ? "/predict" : `/models/${model.name}/predict`;
}

function field(name, input) {
  const label = element("label", name);
  label.append(input);
  return label;
}

function column(each) {
  const few = each.values.length > 0 && each.values.length <= MANY;
  const input = element(few ? "select" : "input");
  if (few) input.append(new Option("(missing)", ""), ...each.values.map((value) => new Option(value)));
  input.name = each.name;
  input.value = each.typical;
  input.dataset.kind = each.kind;
  if (each.kind === "number") input.inputMode = "decimal";
  const label = field(each.name, input);
  if (each.values.length && !few) {
    const list = element("datalist");
    list.id = `values of ${each.name}`.replaceAll(" ", "-");
    list.append(...each.values.map((value) => new Option(value)));
    input.setAttribute("list", list.id);
    label.append(list);
  }
  return label;
}

function option(name) {
  const input = element("input");
  input.name = name;
  input.inputMode = "numeric";
  input.placeholder = "as usual";
  input.title = model.options[name].description;
  return field(name.replaceAll("_", " "), input);
}

function options() {
  const given = {};
  for (const input of $("options").querySelectorAll("input")) {
    const number = Number(input.value);
    // The server says what is wrong with what is no number; in JSON NaN would be nothing.
    if (input.value.trim()) given[input.name] = Number.isNaN(number) ? input.value : number;
  }
  return given;
}

async function ask(body, headers, query, shown) {
  const asked = model;
  const buttons = document.querySelectorAll("#ask button");
  buttons.forEach((each) => { each.disabled = true; });
  tell(null);
  try {
    const { values, milliseconds } = await call(`${address().slice(1)}${query}`, { method: "POST", headers, body });
    const cards = values.predictions.map((each) => answer(each, asked, shown));
    cards[0].querySelector(".note").textContent += `${milliseconds.toFixed(0)} ms, there and back`;
    $("answers").prepend(...cards);
    cards[0].scrollIntoView({ block: "nearest" });
  } catch (error) {
    tell(shown instanceof File ? new Error(`${shown.name}: ${error.message}`) : error);
  }
  buttons.forEach((each) => { each.disabled = false; });
}

function askJson(values, shown) {
  return ask(JSON.stringify({ ...values, ...options() }), { "Content-Type": "application/json" }, "", shown);
}

async function askFiles(files) {
  const types = model.reads === "sound" ? "audio/" : "image/";
  for (const file of files) {
    const query = new URLSearchParams(options());
    const type = file.type.startsWith(types) ? file.type : "application/octet-stream";
    await ask(file, { "Content-Type": type }, query.size ? `?${query}` : "", file);
  }
}

function picture(file) {
  const image = element("img");
  image.alt = file.name;
  image.src = URL.createObjectURL(file);
  image.onload = image.onerror = () => URL.revokeObjectURL(image.src);
  return image;
}

function player(file) {
  const audio = element("audio");
  audio.controls = true;
  audio.src = URL.createObjectURL(file); // kept for as long as the card is there
  return audio;
}

function answer(prediction, asked, shown) {
  const card = element("article", "", "card answer");
  if (shown instanceof File) {
    card.append(asked.reads === "sound" ? player(shown) : picture(shown));
  }
  const side = element("div");
  const marks = asked.answers === "entities";
  if (typeof shown === "string" && !marks) side.append(element("p", shown, "facts"));
  if (asked.answers === "several") {
    for (const [name, part] of Object.entries(asked.parts)) {
      side.append(element("p", name, "facts"));
      said(side, prediction.answers[name], { ...part, target: name });
    }
  } else if (marks) {
    side.append(marked(shown, prediction.entities));
    if (!prediction.entities.length) side.append(element("p", "no entities", "facts"));
    prediction.entities.forEach((each) => side.append(bar(`${each.text} (${each.label})`, each.score)));
  } else {
    said(side, prediction, asked);
  }
  if (asked.explained && shown) side.append(whyButton(card, asked, shown));
  const cut = prediction.truncated ? "longer than the model reads, the end was ignored; " : "";
  side.append(element("p", cut, "note"));
  card.append(side);
  return card;
}

/** What is sent to ask why: a file as it is, a text or a row as JSON. */
function asking(shown) {
  if (!(shown instanceof File)) {
    const body = JSON.stringify(typeof shown === "string" ? { text: shown } : { row: shown });
    return { method: "POST", headers: { "Content-Type": "application/json" }, body };
  }
  const [kind] = shown.type.split("/");
  const type = kind === "image" || kind === "audio" ? shown.type : "application/octet-stream";
  return { method: "POST", headers: { "Content-Type": type }, body: shown };
}

/** A button that shows why, or hides it again: of a picture the map is laid over it. */
function whyButton(card, asked, shown) {
  const button = element("button", "Why?", "why");
  const back = asked.reads === "picture" ? "Picture" : "Hide";
  button.type = "button";
  let made = null;
  button.addEventListener("click", async () => {
    button.disabled = true;
    tell(null);
    try {
      if (!made) {
        const path = asked === models[0] ? "explain" : `models/${asked.name}/explain`;
        const { values } = await call(path, asking(shown));
        made = REASONS[asked.reads](values.explanation, card, shown);
      }
      made(button.textContent === "Why?");
      button.textContent = button.textContent === "Why?" ? back : "Why?";
    } catch (error) {
      tell(error);
    }
    button.disabled = false;
  });
  return button;
}

/** Puts what is made below the answer; gives what shows and hides it. */
function below(card, ...made) {
  const box = element("div", "", "reason");
  box.append(...made);
  card.querySelector(".note").before(box);
  return (on) => { box.hidden = !on; };
}

const REASONS = {
  picture(why, card, file) {
    const of = why.label ? `${why.label}: bright is where the picture spoke for it` : "bright is what raises the number";
    below(card, element("p", why.box ? of : "nothing in the picture raises this answer", "facts"));
    const image = card.querySelector("img");
    return (on) => {
      image.src = on ? why.overlay : URL.createObjectURL(file);
      image.classList.toggle("map", on);
    };
  },
  text(why, card) {
    const words = why.words.filter((each) => each.weight);
    const of = why.label ? `${why.label}: ${SIDES}` : "green words raise the number, red ones lower it";
    return below(card, element("p", words.length ? of : "no single word changes this answer", "facts"), weighed(why.text, words));
  },
  sound(why, card) {
    const image = element("img", "", "heard");
    image.alt = "spectrogram: time to the right, pitch upwards";
    image.src = why.picture;
    const of = why.label ? `${why.label}: bright is what spoke for it` : "bright is what raises the number";
    const counts = why.weights.some((band) => band.some((each) => each));
    return below(card, element("p", counts ? `${of}; time to the right, pitch upwards` : "no single part changes this answer", "facts"), image);
  },
  row(why, card) {
    const list = element("ul", "", "reasons");
    for (const each of why.columns.filter((column) => column.weight)) {
      const weight = why.is_number ? Number(each.weight.toPrecision(4)) : `${(100 * each.weight).toFixed(1)} points`;
      const text = `${each.column}: ${each.value || "missing"} instead of ${each.typical || "missing"}: ${each.weight > 0 ? "+" : ""}${weight}`;
      list.append(element("li", text, each.weight > 0 ? "for" : "against"));
    }
    const of = `${why.target}: ${why.answer}; what each column adds, against its typical value`;
    return below(card, element("p", list.children.length ? of : "no single column changes this answer", "facts"), list);
  },
};
const SIDES = "green words spoke for it, red ones against it";

/** A text with its words coloured by their weights; places count code points. */
function weighed(text, words) {
  const line = element("p", "", "marked");
  const characters = Array.from(text);
  const most = Math.max(...words.map((each) => Math.abs(each.weight)), 1e-9);
  let last = 0;
  for (const each of words) {
    const end = each.start + Array.from(each.word).length;
    line.append(characters.slice(last, each.start).join(""));
    const mark = element("mark", each.word, each.weight > 0 ? "for" : "against");
    mark.style.setProperty("--part", `${Math.round(12 + 38 * Math.abs(each.weight) / most)}%`);
    mark.title = `${each.weight > 0 ? "+" : ""}${Number(each.weight.toPrecision(3))}`;
    line.append(mark);
    last = end;
  }
  line.append(characters.slice(last).join(""));
  return line;
}

/** One answer, whatever it is but entities, put at the end of what is said. */
function said(side, prediction, asked) {
  if (asked.answers === "classes") {
    if (prediction.no_answer) side.append(element("p", prediction.no_answer, "big"));
    const bars = element("div");
    prediction.labels.slice(0, Math.max(LAST_BARS, options().top_k || 0)).forEach((label, place) => {
      bars.append(bar(label, prediction.scores[place]));
    });
    side.append(bars);
  } else if (asked.answers === "labels") {
    const bars = element("div");
    prediction.labels.forEach((label, place) => bars.append(bar(label, prediction.scores[place])));
    side.append(prediction.labels.length ? bars : element("p", "(no label)", "big"));
  } else if (asked.answers === "text") {
    side.append(element("p", prediction[asked.text_field] || "(nothing to translate)", "big"));
    const others = element("ul", "", "others");
    others.append(...prediction.alternatives.map((each) => element("li", each.text)));
    if (prediction.alternatives.length) side.append(others);
  } else if (asked.answers === "number") {
    side.append(element("p", `${asked.target || "value"}: ${Number(prediction.value.toPrecision(6))}`, "big"));
  } else {
    side.append(element("code", JSON.stringify(prediction.values).slice(0, 2000)));
  }
}

/** A text with its entities marked; places count code points, not what JavaScript counts. */
function marked(text, entities) {
  const line = element("p", "", "marked");
  const characters = Array.from(text);
  const labels = [...new Set(entities.map((each) => each.label))].sort();
  let last = 0;
  for (const each of entities) {
    line.append(characters.slice(last, each.start).join(""));
    const mark = element("mark", characters.slice(each.start, each.end).join(""));
    mark.className = `e${labels.indexOf(each.label) % 6 + 1}`;
    mark.append(element("small", ` ${each.label}`));
    line.append(mark);
    last = each.end;
  }
  line.append(characters.slice(last).join(""));
  return line;
}

let recording = null;

// What browsers do for calls would take out of a sound what is no voice.
const AS_IT_IS = { channelCount: 1, autoGainControl: false, echoCancellation: false, noiseSuppression: false };

// Browsers record in formats of their own: the samples are taken, and sent as a WAV file.
async function record() {
  if (recording) return recording.stop();
  if (!navigator.mediaDevices) throw new Error("The browser gives no microphone to a page without HTTPS.");
  const stream = await navigator.mediaDevices.getUserMedia({ audio: AS_IT_IS }).catch(() => {
    throw new Error("The microphone cannot be used: allow it, or choose a file.");
  });
  const chunks = [];
  recording = new MediaRecorder(stream);
  recording.ondataavailable = (event) => chunks.push(event.data);
  recording.onstop = async () => {
    recording = null;
    $("record").textContent = "Record";
    stream.getTracks().forEach((each) => each.stop());
    try {
      const context = new AudioContext();
      const heard = await context.decodeAudioData(await new Blob(chunks).arrayBuffer());
      await context.close();
      await askFiles([new File([wav(heard.getChannelData(0), heard.sampleRate)], "recorded.wav", { type: "audio/wav" })]);
    } catch (error) {
      tell(error);
    }
  };
  recording.start();
  $("record").textContent = "Stop";
}

function wav(samples, rate) {
  const view = new DataView(new ArrayBuffer(44 + 2 * samples.length));
  const write = (place, text) => [...text].forEach((each, at) => view.setUint8(place + at, each.charCodeAt(0)));
  write(0, "RIFF");
  view.setUint32(4, 36 + 2 * samples.length, true);
  write(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true); // whole numbers
  view.setUint16(22, 1, true); // one channel
  view.setUint32(24, rate, true);
  view.setUint32(28, 2 * rate, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  write(36, "data");
  view.setUint32(40, 2 * samples.length, true);
  samples.forEach((each, at) => view.setInt16(44 + 2 * at, 32767 * Math.max(-1, Math.min(1, each)), true));
  return view.buffer;
}

function bar(label, score) {
  const line = element("div", "", "score");
  const rail = element("div", "", "bar");
  const fill = element("i");
  fill.style.width = `${Math.max(0, Math.min(1, score)) * 100}%`;
  rail.append(fill);
  line.append(element("span", label), element("span", `${(score * 100).toFixed(1)} %`), rail);
  return line;
}

$("model").addEventListener("change", () => choose(models[$("model").selectedIndex]));
$("key-form").addEventListener("submit", (event) => {
  event.preventDefault();
  key = $("key").value;
  start();
});
$("text-form").addEventListener("submit", (event) => {
  event.preventDefault();
  askJson({ text: $("text").value }, $("text").value);
});
$("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) $("text-form").requestSubmit();
});
$("row-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const row = {};
  for (const input of $("columns").querySelectorAll("input, select")) {
    const text = input.value.trim();
    const number = input.dataset.kind === "number" && text !== "" && Number.isFinite(Number(text));
    row[input.name] = text === "" ? null : number ? Number(text) : text;
  }
  askJson({ row }, row);
});
$("array-form").addEventListener("submit", (event) => {
  event.preventDefault();
  try {
    askJson({ array: JSON.parse($("array").value) }, null);
  } catch {
    tell(new Error("That is no JSON."));
  }
});
$("files").addEventListener("change", () => {
  askFiles([...$("files").files]);
  $("files").value = "";
});
$("sounds").addEventListener("change", () => {
  askFiles([...$("sounds").files]);
  $("sounds").value = "";
});
$("record").addEventListener("click", () => record().catch(tell));
$("drop").addEventListener("keydown", (event) => {
  if (event.key === "Enter" || event.key === " ") $("files").click();
});
for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    event.preventDefault();
    $("drop").classList.toggle("over", name === "dragenter" || name === "dragover");
    if (name === "drop" && ["picture", "sound"].includes(model?.reads)) askFiles([...event.dataTransfer.files]);
  });
}
document.addEventListener("paste", (event) => {
  if (model?.reads === "picture") askFiles([...event.clipboardData.files]);
});
start();
