package kerasapps.core

/**
 * Words of ASCII letters, digits, `_` and `'`, looked up as they are written.
 *
 * The first id marks the start, and a word that the vocabulary lacks is unknown. A text ends at a NUL.
 *
 * @param spec the `preprocessing` of `bundle.json`, of kind `words`.
 * @param vocabulary content of its file: a word, a blank and its id a line.
 */
class WordTokenizer(spec: Json, vocabulary: ByteArray) : Tokenizer {
    private val length = spec["length"].int
    private val padding = spec["pad"]["id"].int
    private val start = spec["start"]["id"].int
    private val unknown = spec["unknown"]["id"].int
    private val ids = HashMap<String, Int>()

    init {
        for (line in linesOf(vocabulary)) {
            ids[line.substringBefore(' ')] = line.substringAfter(' ').toInt()
        }
    }

    override fun encode(text: String): IntArray {
        val found = arrayListOf(start)
        val word = StringBuilder()
        for (character in text.substringBefore('\u0000') + " ") {
            if (isOfWord(character)) {
                word.append(character)
            } else if (word.isNotEmpty()) {
                if (found.size == length) break
                found.add(ids[word.toString()] ?: unknown)
                word.setLength(0)
            }
        }
        return padded(found, length, padding)
    }

    private fun isOfWord(character: Char): Boolean =
        character in 'a'..'z' || character in 'A'..'Z' || character in '0'..'9' || character == '_' || character == '\''
}
