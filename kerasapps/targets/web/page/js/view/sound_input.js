// A sound that is dropped, chosen or recorded.

import {make} from "./elements.js";

const WIDTH = 480;  // pixels of the picture of a sound
const HEIGHT = 80;
/** What browsers do for calls would take out of a sound what is no voice. */
const AS_IT_IS = {
  channelCount: 1,
  autoGainControl: false,
  echoCancellation: false,
  noiseSuppression: false,
};

/** The samples as the model hears them, from loud to soft and back. */
function sight() {
  const canvas = make("canvas", {width: WIDTH, height: HEIGHT, className: "sight sound-sight"});
  canvas.setAttribute("aria-label", "The sound as the model hears it, over time");
  canvas.setAttribute("role", "img");
  return {
    canvas,
    show(samples) {
      const context = canvas.getContext("2d");
      context.clearRect(0, 0, WIDTH, HEIGHT);
      context.fillStyle = getComputedStyle(canvas).color;
      const step = samples.length / WIDTH;
      for (let column = 0; column < WIDTH; column += 1) {
        const part = samples.subarray(Math.floor(column * step), Math.ceil((column + 1) * step));
        const loud = part.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
        const height = Math.max(1, loud * HEIGHT);
        context.fillRect(column, (HEIGHT - height) / 2, 1, height);
      }
    },
  };
}

/** A player; what browsers record says nothing of its length until its end was looked for. */
function playerOf() {
  const player = make("audio", {controls: true, hidden: true});
  player.onloadedmetadata = () => {
    if (Number.isFinite(player.duration)) return;
    player.onseeked = () => {
      player.onseeked = null;
      player.currentTime = 0;
    };
    player.currentTime = Number.MAX_SAFE_INTEGER;
  };
  return player;
}

/** A button that records for as long as the model hears at once. */
function microphone(seconds, take, complain) {
  const text = `Record ${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const button = make("button", {type: "button", textContent: text});
  const restore = () => Object.assign(button, {disabled: false, textContent: text});
  button.onclick = async () => {
    Object.assign(button, {disabled: true, textContent: "Listening …"});
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({audio: AS_IT_IS});
    } catch {
      restore();
      complain("The microphone cannot be used: allow it, or choose a file.");
      return;
    }
    const parts = [];
    const recorder = new MediaRecorder(stream);
    recorder.ondataavailable = ({data}) => parts.push(data);
    recorder.onstop = () => {
      for (const track of stream.getTracks()) track.stop();
      restore();
      take(new Blob(parts, {type: recorder.mimeType}));
    };
    recorder.onstart = () => setTimeout(() => recorder.stop(), 1000 * seconds);
    recorder.start();
  };
  // Without a secure page there is no microphone.
  button.hidden = !navigator.mediaDevices?.getUserMedia;
  return button;
}

/** The input for sounds; `ask(blob)` answers, `complain(text)` tells what is wrong. */
export function soundInput(about, ask, complain) {
  const {rate, samples} = about.preprocessing;
  const seen = sight();
  const player = playerOf();
  const file = make("input", {type: "file", accept: "audio/*", id: "sound", className: "zone-field"});
  const take = (blob) => {
    URL.revokeObjectURL(player.src);
    player.src = URL.createObjectURL(blob);
    player.hidden = false;
    ask(blob);
  };
  file.onchange = () => {
    if (file.files.length) take(file.files[0]);
    file.value = "";  // the same file may be chosen again
  };
  const zone = make(
    "label",
    {className: "zone", for: "sound"},
    make("strong", {}, "Drop or choose a sound"),
    make("span", {className: "soft"}, "WAV, MP3, or what else the browser plays"),
  );
  const dropped = (event, use) => {
    event.preventDefault();
    zone.classList.toggle("over", event.type === "dragover");
    const sound = [...(use?.files ?? [])].find((each) => each.type.startsWith("audio/"));
    if (sound) take(sound);
    else if (event.type === "drop") complain("That is no sound: drop a WAV or MP3 file.");
  };
  addEventListener("dragover", (event) => dropped(event));
  addEventListener("dragleave", () => zone.classList.remove("over"));
  addEventListener("drop", (event) => dropped(event, event.dataTransfer));
  const caption = `What the model hears: ${(samples / rate).toFixed(2)} s at ${rate} Hz`;
  const look = make("figure", {hidden: true}, seen.canvas, make("figcaption", {}, caption));
  const button = microphone(samples / rate, take, complain);
  return {
    element: make("div", {}, file, zone, make("p", {className: "row"}, button, player), look),
    answered({input}) {
      look.hidden = false;
      seen.show(input);
    },
    failed() {
      [look.hidden, player.hidden] = [true, true];
    },
  };
}
