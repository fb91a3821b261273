package kerasapps.core

/**
 * The two sides of a translator: a sentence to ids, and ids to a sentence.
 *
 * @param spec the `preprocessing` of `bundle.json`, of kind `sentencepiece`.
 * @param files content of a file of the bundle by its name.
 */
class PairTokenizer(spec: Json, files: (String) -> ByteArray) {
    private val source = SentencePieceTokenizer(files(spec["source_file"].text))
    private val target =
        if (spec["target_file"].text == spec["source_file"].text) source
        else SentencePieceTokenizer(files(spec["target_file"].text))
    private val length = spec["source_length"].int
    private val end = spec["end_id"].int

    /** The ids of a sentence and the end mark; what is longer than the model reads is cut off. */
    fun encode(text: String): List<Int> = source.encode(text).take(length - 1) + end

    /** The sentence that ids spell, up to the end mark. */
    fun decode(ids: List<Int>): String = target.decode(ids.takeWhile { it != end })
}
