// From a picture's file to upright pixels, as a browser decodes it.

/** The largest picture that is decoded; a canvas of more fails on phones. */
const MOST_PIXELS = 64_000_000;

/**
 * Red, green, blue and alpha of a picture's pixels, as they stand in the file.
 *
 * The colours are not converted to those of the screen; what the camera noted of its position is
 * made up for.
 *
 * @param {Blob | HTMLVideoElement | ImageBitmap} source
 * @throws {Error} if it is no picture that the browser can read.
 */
export async function pixelsOf(source) {
  const bitmap = await bitmapOf(source);
  const {width, height} = bitmap;
  if (width * height > MOST_PIXELS) {
    bitmap.close();
    throw new Error(`The picture has ${width} × ${height} pixels, which is too much: reduce it.`);
  }
  const canvas = document.createElement("canvas");
  Object.assign(canvas, {width, height});
  const context = canvas.getContext("2d", {willReadFrequently: true, colorSpace: "srgb"});
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return context.getImageData(0, 0, width, height);
}

async function bitmapOf(source) {
  try {
    return await createImageBitmap(source, {
      imageOrientation: "from-image",
      colorSpaceConversion: "none",
      premultiplyAlpha: "none",
    });
  } catch (error) {
    throw new Error("This is no picture that the browser can read: choose a JPEG or PNG file.", {
      cause: error,
    });
  }
}
