package kerasapps.core

internal const val BLANK = "\u2581" // "▁"
private const val SPACE: Byte = 0x20
private val REPLACEMENT = "\uFFFD".encodeToByteArray()

/**
 * How SentencePiece cleans a text before it looks for pieces: rules from the model's file say what
 * becomes of characters and runs of them; blanks become `▁`.
 *
 * The rules stand in a double-array trie, as Darts-clone lays it out: 32 bits a node.
 */
internal class Normalizer(private val model: SentencePieceModel) {
    private val trie: IntArray
    private val texts: ByteArray
    private val own = model.pieces.filter { it.kind == PieceKind.OWN }.map { it.text.encodeToByteArray() }

    init {
        val map = model.charsmap
        val size = if (map.isEmpty()) 0 else littleEndian(map, 0)
        trie = IntArray(size / 4) { littleEndian(map, 4 + 4 * it) }
        texts = if (map.isEmpty()) map else map.copyOfRange(4 + size, map.size)
    }

    /** The cleaned text. */
    fun normalize(text: String): String {
        val input = utf8(text)
        val blank = if (model.escapesBlanks) BLANK.encodeToByteArray() else byteArrayOf(SPACE)
        val output = Bytes()
        var at = 0
        if (model.dropsBlanks) {
            while (at < input.size) {
                val (found, length) = next(input, at)
                if (!(found.size == 1 && found[0] == SPACE)) break
                at += length
            }
        }
        if (at == input.size) return ""
        if (model.addsBlank && !model.blankIsSuffix) output.add(blank)
        var afterBlank = model.dropsBlanks
        while (at < input.size) {
            val (found, length) = next(input, at)
            var from = 0
            while (afterBlank && from < found.size && found[from] == SPACE) from++
            for (place in from until found.size) {
                if (found[place] == SPACE) output.add(blank) else output.add(found[place])
            }
            if (from < found.size) afterBlank = found.last() == SPACE
            if (!model.dropsBlanks) afterBlank = false
            at += length
        }
        if (model.dropsBlanks) output.dropAtEnd(blank)
        if (model.addsBlank && model.blankIsSuffix) output.add(blank)
        return output.text()
    }

    /** What the next bytes become, and how many they are. */
    private fun next(input: ByteArray, at: Int): Pair<ByteArray, Int> {
        val symbol = own.filter { startsWith(input, at, it) }.maxByOrNull { it.size }
        if (symbol != null) return Pair(symbol, symbol.size)
        val (length, place) = longestRule(input, at)
        if (length > 0) {
            var end = place
            while (texts[end] != 0.toByte()) end++
            return Pair(texts.copyOfRange(place, end), length)
        }
        val size = characterSize(input, at)
        return if (size > 0) Pair(input.copyOfRange(at, at + size), size) else Pair(REPLACEMENT, 1)
    }

    private fun longestRule(input: ByteArray, at: Int): Pair<Int, Int> {
        var length = 0
        var value = 0
        if (trie.isEmpty()) return Pair(length, value)
        var node = offset(trie[0])
        for (place in at until input.size) {
            val byte = input[place].toInt() and 0xff
            node = node xor byte
            if (node >= trie.size) break
            val unit = trie[node]
            if (unit and (1 shl 31 or 0xff) != byte) break
            node = node xor offset(unit)
            if (unit ushr 8 and 1 == 1) {
                length = place + 1 - at
                value = trie[node] and 0x7fffffff
            }
        }
        return Pair(length, value)
    }

    private fun offset(unit: Int): Int = unit ushr 10 shl (unit and (1 shl 9) ushr 6)

    private fun startsWith(input: ByteArray, at: Int, part: ByteArray): Boolean =
        at + part.size <= input.size && part.indices.all { input[at + it] == part[it] }

    private fun littleEndian(bytes: ByteArray, at: Int): Int =
        (0..3).sumOf { (bytes[at + it].toInt() and 0xff) shl (8 * it) }
}

/** A text as UTF-8; half a pair, which has no UTF-8, is "?". */
internal fun utf8(text: String): ByteArray = text.toByteArray(Charsets.UTF_8)

/** How many bytes the character at a place has, 0 if they are no UTF-8. */
internal fun characterSize(bytes: ByteArray, at: Int): Int {
    val first = bytes[at].toInt() and 0xff
    val size = when {
        first < 0x80 -> return 1
        first and 0xe0 == 0xc0 -> 2
        first and 0xf0 == 0xe0 -> 3
        first and 0xf8 == 0xf0 -> 4
        else -> return 0
    }
    if (at + size > bytes.size) return 0
    var code = first and (0xff shr (size + 1))
    for (place in at + 1 until at + size) {
        val byte = bytes[place].toInt() and 0xff
        if (byte and 0xc0 != 0x80) return 0
        code = (code shl 6) or (byte and 0x3f)
    }
    val least = intArrayOf(0x80, 0x800, 0x10000)[size - 2]
    return if (code < least || code in 0xd800..0xdfff || code > 0x10ffff) 0 else size
}

/** Bytes that grow. */
internal class Bytes {
    private var content = ByteArray(64)
    private var size = 0

    fun add(byte: Byte) {
        if (size == content.size) content = content.copyOf(2 * size)
        content[size++] = byte
    }

    fun add(bytes: ByteArray) = bytes.forEach(::add)

    fun dropAtEnd(part: ByteArray) {
        while (size >= part.size && part.indices.all { content[size - part.size + it] == part[it] }) size -= part.size
    }

    fun text(): String = String(content, 0, size, Charsets.UTF_8)
}
