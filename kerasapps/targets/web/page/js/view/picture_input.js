// A picture that is dropped, pasted, chosen or taken.

import {make} from "./elements.js";

/** What the model sees, a little larger. */
function sight({width, height, channels}) {
  const canvas = make("canvas", {width, height, className: "sight"});
  canvas.setAttribute("aria-label", `The picture as the model sees it, ${width} by ${height} pixels`);
  canvas.setAttribute("role", "img");
  const count = channels === "grey" ? 1 : 3;
  return {
    canvas,
    show(values) {
      const image = new ImageData(width, height);
      for (let pixel = 0; pixel < width * height; pixel += 1) {
        for (let channel = 0; channel < 3; channel += 1) {
          image.data[4 * pixel + channel] = values[count * pixel + (count === 3 ? channel : 0)];
        }
        image.data[4 * pixel + 3] = 255;
      }
      canvas.getContext("2d").putImageData(image, 0, 0);
    },
  };
}

/** The camera: a button, a live picture, and a button that takes it. */
function camera(take, complain) {
  const video = make("video", {playsInline: true, muted: true, autoplay: true, hidden: true});
  const open = make("button", {type: "button", textContent: "Use the camera"});
  const shoot = make("button", {type: "button", textContent: "Take the picture", hidden: true});
  const close = () => {
    for (const track of video.srcObject?.getTracks() ?? []) track.stop();
    video.srcObject = null;
    [video.hidden, shoot.hidden, open.hidden] = [true, true, false];
  };
  open.onclick = async () => {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({video: {facingMode: "environment"}});
      video.srcObject = stream;
      await video.play();
      [video.hidden, shoot.hidden, open.hidden] = [false, false, true];
      shoot.focus();
    } catch {
      close();
      complain("The camera cannot be used: allow it, or choose a file.");
    }
  };
  shoot.onclick = async () => {
    const frame = make("canvas", {width: video.videoWidth, height: video.videoHeight});
    frame.getContext("2d").drawImage(video, 0, 0);
    close();
    frame.toBlob((blob) => take(blob), "image/png");
  };
  // Without a secure page there is no camera.
  open.hidden = !navigator.mediaDevices?.getUserMedia;
  return {video, buttons: [open, shoot]};
}

/** The input for pictures; `ask(blob)` answers, `complain(text)` tells what is wrong. */
export function pictureInput(about, ask, complain) {
  const seen = sight(about.preprocessing);
  const preview = make("img", {className: "preview", alt: "", hidden: true});
  const file = make("input", {type: "file", accept: "image/*", id: "picture", className: "zone-field"});
  const take = (blob) => {
    URL.revokeObjectURL(preview.src);
    preview.src = URL.createObjectURL(blob);
    preview.alt = blob.name ? `The picture ${blob.name}` : "The picture";
    preview.hidden = false;
    ask(blob);
  };
  const {video, buttons} = camera(take, complain);
  file.onchange = () => {
    if (file.files.length) take(file.files[0]);
    file.value = "";  // the same file may be chosen again
  };
  const zone = make(
    "label",
    {className: "zone", for: "picture"},
    make("strong", {}, "Drop, paste or choose a picture"),
    make("span", {className: "soft"}, "JPEG, PNG, WebP, or what else the browser shows"),
    preview,
  );
  const dropped = (event, use) => {
    event.preventDefault();
    zone.classList.toggle("over", event.type === "dragover");
    const picture = [...(use?.files ?? [])].find((each) => each.type.startsWith("image/"));
    if (picture) take(picture);
    else if (event.type === "drop") complain("That is no picture: drop a JPEG or PNG file.");
  };
  addEventListener("dragover", (event) => dropped(event));
  addEventListener("dragleave", () => zone.classList.remove("over"));
  addEventListener("drop", (event) => dropped(event, event.dataTransfer));
  addEventListener("paste", (event) => {
    const picture = [...event.clipboardData.files].find((each) => each.type.startsWith("image/"));
    if (picture) take(picture);
  });
  const {width, height} = about.preprocessing;
  const caption = `What the model sees: ${width} × ${height}`;
  const look = make("figure", {hidden: true}, seen.canvas, make("figcaption", {}, caption));
  return {
    element: make("div", {}, file, zone, video, make("p", {className: "row"}, ...buttons), look),
    answered({input}) {
      look.hidden = false;
      seen.show(input);
    },
    failed() {
      [look.hidden, preview.hidden] = [true, true];
    },
  };
}
