package kerasapps.core

/** One field of a message: a number for all kinds but texts, bytes and messages. */
internal class Field(val number: Int, val value: Long, val content: ByteArray) {
    val text: String get() = String(content, Charsets.UTF_8)
    val flag: Boolean get() = value != 0L
    val float: Float get() = Float.fromBits(value.toInt())
}

private val NOTHING = ByteArray(0)

/** The fields of a protocol buffer's message, in their order. */
internal fun fieldsOf(message: ByteArray): List<Field> {
    val fields = ArrayList<Field>()
    var at = 0

    fun varint(): Long {
        var value = 0L
        var shift = 0
        while (true) {
            val byte = message[at++].toInt()
            value = value or ((byte and 0x7f).toLong() shl shift)
            if (byte >= 0) return value
            shift += 7
        }
    }

    fun fixed(bytes: Int): Long {
        var value = 0L
        for (place in 0 until bytes) value = value or ((message[at++].toLong() and 0xff) shl (8 * place))
        return value
    }

    while (at < message.size) {
        val key = varint().toInt()
        val number = key ushr 3
        when (key and 7) {
            0 -> fields.add(Field(number, varint(), NOTHING))
            1 -> fields.add(Field(number, fixed(8), NOTHING))
            2 -> {
                val size = varint().toInt()
                fields.add(Field(number, 0, message.copyOfRange(at, at + size)))
                at += size
            }
            5 -> fields.add(Field(number, fixed(4), NOTHING))
            else -> throw IllegalArgumentException("this is no SentencePiece model.")
        }
    }
    return fields
}
