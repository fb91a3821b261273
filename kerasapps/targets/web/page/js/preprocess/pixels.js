// From the pixels of a picture to what a network takes; `spec` is `preprocessing` of `picture`.

import {resize} from "./resize.js";

/** Rounds as Python does: halves to the even neighbour. */
function roundHalfEven(value) {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 ? floor + 1 : floor;
}

/**
 * Lays a picture on the background that stands behind transparency.
 *
 * @param {{width: number, height: number, data: Uint8ClampedArray}} image red, green, blue and
 *   alpha of each pixel, as a canvas gives them.
 * @param {number[]} background its red, green and blue.
 */
export function flatten(image, background) {
  const {width, height, data: rgba} = image;
  const data = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const front = rgba[4 * pixel + 3] * 128;  // 7 bits more than it has, as in Pillow
    const back = 255 * 128 - front;
    for (let channel = 0; channel < 3; channel += 1) {
      const sum = rgba[4 * pixel + channel] * front + background[channel] * back + 128 * 128;
      data[3 * pixel + channel] = front ? (((sum >> 8) + sum) >> 8) >> 7 : background[channel];
    }
  }
  return {width, height, channels: 3, data};
}

/** One channel of three; the weights are parts of their sum. */
export function toGrey(picture, weights) {
  const {width, height} = picture;
  const [red, green, blue] = weights;
  const sum = red + green + blue;
  const data = new Uint8Array(width * height);
  for (let pixel = 0; pixel < data.length; pixel += 1) {
    const at = 3 * pixel;
    const light =
      picture.data[at] * red + picture.data[at + 1] * green + picture.data[at + 2] * blue;
    data[pixel] = Math.floor((light + sum / 2) / sum);
  }
  return {width, height, channels: 1, data};
}

/** The part in the middle that has the sides' ratio of what is wanted. */
function centreBox(picture, {width, height}) {
  const scale = Math.min(picture.width / width, picture.height / height);
  const [wide, high] = [width * scale, height * scale];
  const [left, top] = [(picture.width - wide) / 2, (picture.height - high) / 2];
  const right = Math.min(left + wide, picture.width);
  return [left, top, right, Math.min(top + high, picture.height)];
}

function pad(picture, {width, height, padding}) {
  const {channels} = picture;
  const scale = Math.min(width / picture.width, height / picture.height);
  const wide = Math.max(1, roundHalfEven(picture.width * scale));
  const high = Math.max(1, roundHalfEven(picture.height * scale));
  const inner = resize(picture, wide, high);
  const [left, top] = [Math.floor((width - wide) / 2), Math.floor((height - high) / 2)];
  const data = new Uint8Array(width * height * channels);
  for (let at = 0; at < data.length; at += 1) data[at] = padding[at % channels];
  for (let row = 0; row < high; row += 1) {
    const line = inner.data.subarray(row * wide * channels, (row + 1) * wide * channels);
    data.set(line, ((top + row) * width + left) * channels);
  }
  return {width, height, channels, data};
}

/** An opaque RGB picture at the size, and with the channels, that the network takes. */
export function fit(picture, spec) {
  const whole = spec.channels === "grey" ? toGrey(picture, spec.grey_weights) : picture;
  if (whole.width === spec.width && whole.height === spec.height) return whole;
  if (spec.resize === "pad") return pad(whole, spec);
  const box = spec.resize === "crop" ? centreBox(whole, spec) : undefined;
  return resize(whole, spec.width, spec.height, box);
}
