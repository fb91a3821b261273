package kerasapps.core

/**
 * BERT's tokenizer: a start, pieces of words, an end.
 *
 * A word is cut from the left into the longest pieces that the vocabulary has; all but the first are
 * listed with `##` before them. A word that cannot be cut so is unknown.
 *
 * @param spec the `preprocessing` of `bundle.json`, of kind `wordpieces`.
 * @param vocabulary content of its file: a token a line, whose id is the line's number from 0.
 * @param characters what each character becomes; the app brings the table for this bundle.
 */
class WordPieceTokenizer(spec: Json, vocabulary: ByteArray, private val characters: Characters) : Tokenizer {
    private val length = spec["length"].int
    private val padding = spec["pad"]["id"].int
    private val start = spec["start"]["id"].int
    private val end = spec["end"]["id"].int
    private val unknown = spec["unknown"]["id"].int
    private val prefix = spec["continuing_prefix"].text
    private val longestWord = spec["longest_word"].int
    private val ids = HashMap<String, Int>()
    private val longestPiece: Int

    init {
        val tokens = linesOf(vocabulary)
        tokens.forEachIndexed { number, token -> ids[token] = number }
        longestPiece = tokens.maxOf { it.codePointCount(0, it.length) }
    }

    override fun encode(text: String): IntArray {
        val found = arrayListOf(start)
        for (word in characters.words(text)) {
            if (found.size >= length) break
            found.addAll(pieces(word))
        }
        val kept = found.take(length - 1) + end
        return padded(kept, length, padding)
    }

    private fun pieces(word: IntArray): List<Int> {
        if (word.size > longestWord) return listOf(unknown)
        val found = ArrayList<Int>()
        var from = 0
        while (from < word.size) {
            val before = if (from == 0) "" else prefix
            var to = minOf(word.size, from + longestPiece)
            var id: Int? = null
            while (to > from) {
                id = ids[before + String(word, from, to - from)]
                if (id != null) break
                to--
            }
            found.add(id ?: return listOf(unknown))
            from = to
        }
        return found
    }
}
