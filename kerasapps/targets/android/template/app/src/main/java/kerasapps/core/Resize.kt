package kerasapps.core

import kotlin.math.abs
import kotlin.math.ceil

private const val BITS = 22 // behind the point of a weight

/**
 * A picture, or a part of it, in another size: equal to what Pillow gives, bit by bit.
 *
 * Bilinear with antialiasing: each new pixel is a mean of all that it covers, weighted by a triangle.
 * Phones' own functions read four pixels and no more, which makes other pixels of a large picture,
 * and other answers. Rows are done first and rounded to whole numbers, then columns.
 */
fun resample(picture: Picture, width: Int, height: Int, box: Box? = null): Picture {
    val part = box ?: Box(0f, 0f, picture.width.toFloat(), picture.height.toFloat())
    var result = picture
    if (width != picture.width || part.left != 0f || part.right != width.toFloat()) {
        result = alongRows(result, Taps.of(picture.width, part.left, part.right, width))
    }
    if (height != picture.height || part.top != 0f || part.bottom != height.toFloat()) {
        result = alongColumns(result, Taps.of(picture.height, part.top, part.bottom, height))
    }
    return result
}

/** Which old pixels make each new one of a row or column: the first, and a weight for each from there on. */
private class Taps(val first: IntArray, val weights: Array<IntArray>) {
    companion object {
        fun of(size: Int, start: Float, end: Float, wanted: Int): Taps {
            val scale = (end - start).toDouble() / wanted
            val reach = maxOf(scale, 1.0)
            val first = IntArray(wanted)
            val weights = Array(wanted) { place ->
                val centre = start + (place + 0.5) * scale
                val from = maxOf(0, (centre - reach + 0.5).toInt())
                val to = minOf(size, (centre + reach + 0.5).toInt())
                first[place] = from
                fixed(DoubleArray(to - from) { triangle((it + from - centre + 0.5) * (1.0 / reach)) })
            }
            return Taps(first, weights)
        }

        private fun triangle(distance: Double): Double = maxOf(0.0, 1.0 - abs(distance))

        private fun fixed(weights: DoubleArray): IntArray {
            var total = 0.0
            for (weight in weights) total += weight
            return IntArray(weights.size) {
                val share = if (total != 0.0) weights[it] / total else weights[it]
                (0.5 + share * (1 shl BITS)).toInt()
            }
        }
    }
}

private fun alongRows(picture: Picture, taps: Taps): Picture {
    val channels = picture.channels
    val width = taps.first.size
    val pixels = ByteArray(width * picture.height * channels)
    var at = 0
    for (y in 0 until picture.height) {
        for (x in 0 until width) {
            val weights = taps.weights[x]
            val start = (y * picture.width + taps.first[x]) * channels
            for (channel in 0 until channels) {
                pixels[at++] = mixed(picture.pixels, start + channel, channels, weights)
            }
        }
    }
    return Picture(width, picture.height, channels, pixels)
}

private fun alongColumns(picture: Picture, taps: Taps): Picture {
    val row = picture.width * picture.channels
    val height = taps.first.size
    val pixels = ByteArray(row * height)
    for (y in 0 until height) {
        val start = taps.first[y] * row
        for (x in 0 until row) {
            pixels[y * row + x] = mixed(picture.pixels, start + x, row, taps.weights[y])
        }
    }
    return Picture(picture.width, height, picture.channels, pixels)
}

private fun mixed(pixels: ByteArray, start: Int, step: Int, weights: IntArray): Byte {
    var sum = 1 shl (BITS - 1)
    var at = start
    for (weight in weights) {
        sum += (pixels[at].toInt() and 0xff) * weight
        at += step
    }
    return (sum shr BITS).coerceIn(0, 255).toByte()
}
