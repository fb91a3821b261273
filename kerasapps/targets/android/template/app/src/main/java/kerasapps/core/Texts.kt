package kerasapps.core

/** Turns a text into the ids that a model takes. */
interface Tokenizer {
    /** As many ids as the model reads: cut off, or filled up with padding. */
    fun encode(text: String): IntArray
}

/** The lines of a vocabulary, as they stand: a token may hold rare characters that also end lines. */
internal fun linesOf(content: ByteArray): List<String> =
    String(content, Charsets.UTF_8).removePrefix("\uFEFF").replace("\r\n", "\n").removeSuffix("\n").split("\n")

/** The characters of a text as numbers of Unicode; half a pair is a character of its own. */
internal fun codesOf(text: String): IntArray {
    val codes = IntArray(text.codePointCount(0, text.length))
    var at = 0
    for (place in codes.indices) {
        codes[place] = text.codePointAt(at)
        at += Character.charCount(codes[place])
    }
    return codes
}

/** At most `length` ids, filled up on the right. */
internal fun padded(ids: List<Int>, length: Int, padding: Int): IntArray =
    IntArray(length) { if (it < ids.size) ids[it] else padding }
