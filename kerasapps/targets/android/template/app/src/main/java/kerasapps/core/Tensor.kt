package kerasapps.core

import kotlin.math.roundToInt

/** The content of a tensor, row after row. */
sealed interface Tensor

class Floats(val values: FloatArray) : Tensor

class Ints(val values: IntArray) : Tensor

/** Of 8 bits, with a sign or without one. */
class Octets(val values: ByteArray) : Tensor

/** A network in a file: takes and gives tensors by their names in one of its signatures. */
fun interface Network {
    fun run(signature: String, inputs: Map<String, Tensor>): Map<String, Tensor>
}

/** A tensor as `bundle.json` describes it. */
class TensorSpec(spec: Json) {
    val name = spec["name"].text
    val shape = spec["shape"].items.map { it.int }
    val dtype = spec["dtype"].text
    private val scale = (spec.find("scale")?.number ?: 0.0).toFloat()
    private val zero = spec.find("zero_point")?.int ?: 0

    /** How many values it holds. */
    val size = shape.fold(1, Int::times)

    /** Zeros: what a cache begins with. */
    fun zeros(): Tensor = of(FloatArray(size))

    /** Whole numbers, such as pixels and ids, as the tensor has them. */
    fun of(values: IntArray): Tensor = if (dtype == "int32") Ints(values) else of(FloatArray(values.size) { values[it].toFloat() })

    /** Numbers as the tensor has them: on its own scale where it has one. */
    fun of(values: FloatArray): Tensor = when (dtype) {
        "float32" -> Floats(values)
        "int32" -> Ints(IntArray(values.size) { values[it].toInt() })
        "uint8" -> Octets(octets(values, 0, 255))
        "int8" -> Octets(octets(values, -128, 127))
        else -> throw IllegalArgumentException("the tensor \"$name\" is of $dtype, which this app does not know.")
    }

    private fun octets(values: FloatArray, least: Int, most: Int): ByteArray {
        val plain = zero == 0 && (scale == 0f || scale in 0.99999f..1.00001f)
        return ByteArray(values.size) {
            val value = if (plain) values[it].toInt() else Math.rint((values[it] / scale).toDouble()).roundToInt() + zero
            value.coerceIn(least, most).toByte()
        }
    }

    /** The numbers that a tensor means. */
    fun numbers(tensor: Tensor): FloatArray = when (tensor) {
        is Floats -> tensor.values
        is Ints -> FloatArray(tensor.values.size) { (tensor.values[it] - zero) * scale }
        is Octets -> FloatArray(tensor.values.size) {
            val value = if (dtype == "uint8") tensor.values[it].toInt() and 0xff else tensor.values[it].toInt()
            (value - zero) * scale
        }
    }
}

/** What a network takes and gives when one of its signatures is run. */
class Signature(spec: Json) {
    val name = spec["name"].text
    val inputs = spec["inputs"].items.map(::TensorSpec)
    val outputs = spec["outputs"].items.map(::TensorSpec)
}
