package kerasapps.core

private const val SPACE = 0x20
private const val HANGUL = 0xac00

/**
 * What BERT makes of each character before it looks for words: a table, so that it is the same on
 * every phone, whatever Unicode its system knows.
 *
 * A line of the file is `first last what`, the characters in hexadecimal:
 * `drop`, `space`, `apart` (a blank on either side), `add N` (another character, N further on), `to A B …`
 * (these characters), `hangul` (the letters that a Korean syllable is made of). What is in no line stays.
 *
 * @param table content of the file, its lines in the order of the characters.
 */
class Characters(table: ByteArray) {
    private val first: IntArray
    private val last: IntArray
    private val rules: List<List<String>>

    init {
        val lines = linesOf(table).filter(String::isNotEmpty).map { it.split(" ") }
        first = IntArray(lines.size) { lines[it][0].toInt(16) }
        last = IntArray(lines.size) { lines[it][1].toInt(16) }
        rules = lines.map { it.drop(2) }
    }

    /** The words and punctuation marks of a text, each as its characters. */
    fun words(text: String): List<IntArray> {
        val words = ArrayList<IntArray>()
        val word = ArrayList<Int>()

        fun add(code: Int) {
            if (code != SPACE) {
                word.add(code)
            } else if (word.isNotEmpty()) {
                words.add(word.toIntArray())
                word.clear()
            }
        }
        codesOf(text).forEach { become(it, ::add) }
        add(SPACE)
        return words
    }

    private fun become(code: Int, add: (Int) -> Unit) {
        val rule = ruleOf(code)
        when (rule?.get(0)) {
            null -> add(code)
            "drop" -> {}
            "space" -> add(SPACE)
            "apart" -> listOf(SPACE, code, SPACE).forEach(add)
            "add" -> add(code + rule[1].toInt())
            "hangul" -> hangul(code - HANGUL).forEach(add)
            else -> rule.drop(1).forEach { add(it.toInt(16)) }
        }
    }

    private fun ruleOf(code: Int): List<String>? {
        val found = first.binarySearch(code)
        val place = if (found >= 0) found else -found - 2
        return if (place >= 0 && code <= last[place]) rules[place] else null
    }

    private fun hangul(syllable: Int): List<Int> {
        val letters = listOf(0x1100 + syllable / 588, 0x1161 + syllable % 588 / 28)
        return if (syllable % 28 == 0) letters else letters + (0x11a7 + syllable % 28)
    }
}
