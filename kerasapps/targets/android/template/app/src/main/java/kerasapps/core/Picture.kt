package kerasapps.core

/**
 * Pixels of 0 to 255, row after row, the channels of a pixel beside each other.
 *
 * @property channels 3 for red, green and blue, 1 for grey.
 * @property pixels `height * width * channels` bytes.
 */
class Picture(val width: Int, val height: Int, val channels: Int, val pixels: ByteArray) {
    /** A pixel's channel, 0 to 255. */
    fun at(x: Int, y: Int, channel: Int): Int = pixels[(y * width + x) * channels + channel].toInt() and 0xff

    companion object {
        /**
         * A picture as a decoder gives it, made opaque, upright and of the channels that a model takes.
         *
         * @param argb a colour a pixel, its transparency in the highest byte, not multiplied with it.
         * @param orientation as EXIF numbers it, 1 where nothing is said.
         */
        fun of(argb: IntArray, width: Int, height: Int, orientation: Int, channels: Int): Picture {
            val swapped = orientation in 5..8
            val size = if (swapped) Pair(height, width) else Pair(width, height)
            val pixels = ByteArray(width * height * channels)
            var at = 0
            for (y in 0 until size.second) {
                for (x in 0 until size.first) {
                    val colour = argb[source(x, y, width, height, orientation)]
                    val alpha = colour ushr 24
                    val red = onWhite((colour shr 16) and 0xff, alpha)
                    val green = onWhite((colour shr 8) and 0xff, alpha)
                    val blue = onWhite(colour and 0xff, alpha)
                    if (channels == 1) {
                        pixels[at++] = ((red * 19595 + green * 38470 + blue * 7471 + 0x8000) shr 16).toByte()
                    } else {
                        pixels[at++] = red.toByte()
                        pixels[at++] = green.toByte()
                        pixels[at++] = blue.toByte()
                    }
                }
            }
            return Picture(size.first, size.second, channels, pixels)
        }

        /** Where a pixel of the upright picture stands in the one that was taken. */
        private fun source(x: Int, y: Int, width: Int, height: Int, orientation: Int): Int {
            val right = width - 1
            val bottom = height - 1
            return when (orientation) {
                2 -> y * width + (right - x)
                3 -> (bottom - y) * width + (right - x)
                4 -> (bottom - y) * width + x
                5 -> x * width + y
                6 -> (bottom - x) * width + y
                7 -> (bottom - x) * width + (right - y)
                8 -> x * width + (right - y)
                else -> y * width + x
            }
        }

        /** A colour laid on white, in whole numbers as Pillow does. */
        private fun onWhite(colour: Int, alpha: Int): Int {
            if (alpha == 255) return colour
            if (alpha == 0) return 255
            val share = alpha * 255 * 255 * 128 / (alpha * 255 + 255 * (255 - alpha))
            val mixed = colour * share + 255 * (255 * 128 - share) + (0x80 shl 7)
            return ((mixed shr 8) + mixed shr 8) shr 7
        }
    }
}

/** Which part of a picture is scaled: its edges in pixels, from the left upper corner. */
class Box(val left: Float, val top: Float, val right: Float, val bottom: Float)

/**
 * From a picture to what a model takes.
 *
 * @param spec the `preprocessing` of `bundle.json`, of kind `picture`.
 */
class PictureReader(spec: Json) {
    private val height = spec["height"].int
    private val width = spec["width"].int
    private val resize = spec["resize"].text

    /** 3, or 1 for grey. */
    val channels = if (spec["channels"].text == "grey") 1 else 3

    /** The pixels in the model's size. */
    fun read(picture: Picture): Picture {
        if (picture.width == width && picture.height == height) return picture
        return when (resize) {
            "pad" -> pad(picture)
            "crop" -> resample(picture, width, height, centre(picture))
            else -> resample(picture, width, height)
        }
    }

    private fun centre(picture: Picture): Box {
        val scale = minOf(picture.width.toDouble() / width, picture.height.toDouble() / height)
        val boxWidth = width * scale
        val boxHeight = height * scale
        val left = maxOf(0.0, (picture.width - boxWidth) / 2)
        val top = maxOf(0.0, (picture.height - boxHeight) / 2)
        val right = minOf(left + boxWidth, picture.width.toDouble())
        val bottom = minOf(top + boxHeight, picture.height.toDouble())
        return Box(left.toFloat(), top.toFloat(), right.toFloat(), bottom.toFloat())
    }

    private fun pad(picture: Picture): Picture {
        val scale = minOf(width.toDouble() / picture.width, height.toDouble() / picture.height)
        val innerWidth = maxOf(1, Math.rint(picture.width * scale).toInt())
        val innerHeight = maxOf(1, Math.rint(picture.height * scale).toInt())
        val inner = resample(picture, innerWidth, innerHeight)
        val row = innerWidth * channels
        val pixels = ByteArray(width * height * channels)
        val left = (width - innerWidth) / 2
        val top = (height - innerHeight) / 2
        for (y in 0 until innerHeight) {
            inner.pixels.copyInto(pixels, ((top + y) * width + left) * channels, y * row, (y + 1) * row)
        }
        return Picture(width, height, channels, pixels)
    }
}
