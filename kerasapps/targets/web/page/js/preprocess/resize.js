// Pillow's antialiased bilinear resizing, a triangle as wide as the reduction, to the very bit.
//
// Each new pixel is a weighted mean of old ones, whose weights are whole numbers of 2 ** -22. Rows
// are resized first and rounded, then columns.

const BITS = 22;
const {fround} = Math;

/** Whole-number weights of each new pixel along one axis, and the first old pixel they are of. */
function weightsOf(have, start, end, want) {
  const scale = fround(end - start) / want;
  const stretch = Math.max(scale, 1);
  const taps = [];
  for (let place = 0; place < want; place += 1) {
    const centre = start + (place + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - stretch + 0.5));
    const last = Math.min(have, Math.trunc(centre + stretch + 0.5));
    const weights = [];
    let sum = 0;
    for (let old = first; old < last; old += 1) {
      const weight = Math.max(0, 1 - Math.abs((old - centre + 0.5) * (1 / stretch)));
      weights.push(weight);
      sum += weight;
    }
    const whole = weights.map((weight) => Math.trunc(0.5 + (weight / (sum || 1)) * 2 ** BITS));
    taps.push({first, weights: Int32Array.from(whole)});
  }
  return taps;
}

/** Resizes along one axis; `step` is the distance of neighbours along it, `lines` are all starts. */
function resample(data, taps, {step, lines, newStep, newLines, size}) {
  const resized = new Uint8Array(size);
  lines.forEach((start, line) => {
    taps.forEach(({first, weights}, place) => {
      let sum = 1 << (BITS - 1);
      let at = start + first * step;
      for (let tap = 0; tap < weights.length; tap += 1, at += step) sum += data[at] * weights[tap];
      resized[newLines[line] + place * newStep] = Math.min(255, sum >> BITS);
    });
  });
  return resized;
}

/** Where each channel of each row begins. */
function rowStarts(rows, length, channels) {
  const place = (at) => Math.floor(at / channels) * length + (at % channels);
  return Array.from({length: rows * channels}, (_, at) => place(at));
}

/**
 * A picture, or the part of it in a box, at another size.
 *
 * @param {{width: number, height: number, channels: number, data: Uint8Array}} picture its values
 *   row by row, the channels of a pixel side by side.
 * @param {number} width of the new one.
 * @param {number} height of the new one.
 * @param {number[]} box left, top, right and bottom in pixels, which may have fractions.
 */
export function resize(picture, width, height, box = [0, 0, picture.width, picture.height]) {
  const [left, top, right, bottom] = box.map(fround);
  const {channels} = picture;
  let {data} = picture;
  if (width !== picture.width || left !== 0 || right !== width) {
    data = resample(data, weightsOf(picture.width, left, right, width), {
      step: channels,
      lines: rowStarts(picture.height, picture.width * channels, channels),
      newStep: channels,
      newLines: rowStarts(picture.height, width * channels, channels),
      size: width * picture.height * channels,
    });
  }
  if (height !== picture.height || top !== 0 || bottom !== height) {
    const row = width * channels;
    const lines = Array.from({length: row}, (_, at) => at);
    data = resample(data, weightsOf(picture.height, top, bottom, height), {
      step: row,
      lines,
      newStep: row,
      newLines: lines,
      size: row * height,
    });
  }
  return {width, height, channels, data: data === picture.data ? data.slice() : data};
}
