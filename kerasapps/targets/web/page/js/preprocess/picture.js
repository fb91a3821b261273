// Pictures as the network takes them.

import {pixelsOf} from "./decode.js";
import {fit, flatten} from "./pixels.js";

/** A reader of pictures; `spec` is `preprocessing`. */
export async function pictureReader(spec) {
  return {
    /** Files, video frames and bitmaps → values of the one input. */
    async read(source) {
      const pixels = source instanceof ImageData ? source : await pixelsOf(source);
      return {value: fit(flatten(pixels, spec.transparent_on), spec).data, readsWhole: true};
    },
  };
}
