package kerasapps.core

/**
 * A value of a JSON file: of `bundle.json` above all.
 *
 * Here so that what is in this package needs nothing of Android, and runs on any Java machine.
 *
 * @property value a map, a list, a text, a Double, a Boolean, or null.
 */
class Json(private val value: Any?) {
    val isNull: Boolean get() = value == null

    val text: String get() = value as? String ?: wrong("a text")

    val number: Double get() = value as? Double ?: wrong("a number")

    val int: Int get() = number.toInt()

    val flag: Boolean get() = value as? Boolean ?: wrong("true or false")

    val items: List<Json> get() = (value as? List<*> ?: wrong("a list")).map(::Json)

    val fields: Map<String, Json>
        get() = (value as? Map<*, *> ?: wrong("an object")).entries.associate { (name, each) -> name as String to Json(each) }

    /** A field of an object; null where there is none, or where it is null. */
    fun find(name: String): Json? = (value as? Map<*, *>)?.get(name)?.let(::Json)

    /** A field that must be there. */
    operator fun get(name: String): Json =
        find(name) ?: throw IllegalArgumentException("bundle.json has no \"$name\" where it should.")

    private fun wrong(expected: String): Nothing =
        throw IllegalArgumentException("bundle.json has $value where $expected should be.")

    companion object {
        /** Reads a whole file, UTF-8. */
        fun read(content: ByteArray): Json = Json(JsonReader(String(content, Charsets.UTF_8)).whole())
    }
}

private class JsonReader(private val text: String) {
    private var at = 0

    fun whole(): Any? {
        val value = value()
        skipBlanks()
        if (at < text.length) refuse()
        return value
    }

    private fun value(): Any? {
        skipBlanks()
        return when (peek()) {
            '{' -> map()
            '[' -> list()
            '"' -> string()
            't' -> word("true", true)
            'f' -> word("false", false)
            'n' -> word("null", null)
            else -> number()
        }
    }

    private fun map(): Map<String, Any?> {
        val found = LinkedHashMap<String, Any?>()
        at++
        skipBlanks()
        if (peek() == '}') {
            at++
            return found
        }
        while (true) {
            skipBlanks()
            val name = string()
            skipBlanks()
            expect(':')
            found[name] = value()
            skipBlanks()
            if (peek() == '}') break
            expect(',')
        }
        at++
        return found
    }

    private fun list(): List<Any?> {
        val found = ArrayList<Any?>()
        at++
        skipBlanks()
        if (peek() == ']') {
            at++
            return found
        }
        while (true) {
            found.add(value())
            skipBlanks()
            if (peek() == ']') break
            expect(',')
        }
        at++
        return found
    }

    private fun string(): String {
        expect('"')
        val found = StringBuilder()
        while (peek() != '"') {
            val character = text[at++]
            found.append(if (character == '\\') escaped() else character)
        }
        at++
        return found.toString()
    }

    private fun escaped(): Char {
        peek()
        return when (val character = text[at++]) {
            'b' -> '\b'
            'f' -> '\u000c'
            'n' -> '\n'
            'r' -> '\r'
            't' -> '\t'
            'u' -> {
                if (at + 4 > text.length) refuse()
                at += 4
                text.substring(at - 4, at).toInt(16).toChar()
            }
            else -> character
        }
    }

    private fun number(): Double {
        val start = at
        while (at < text.length && text[at] in "+-.eE0123456789") at++
        return text.substring(start, at).toDoubleOrNull() ?: refuse()
    }

    private fun word(word: String, value: Any?): Any? {
        if (!text.startsWith(word, at)) refuse()
        at += word.length
        return value
    }

    private fun peek(): Char = if (at < text.length) text[at] else refuse()

    private fun expect(character: Char) {
        if (peek() != character) refuse()
        at++
    }

    private fun skipBlanks() {
        while (at < text.length && text[at] in " \t\r\n") at++
    }

    private fun refuse(): Nothing = throw IllegalArgumentException("not JSON at character ${at + 1}.")
}
