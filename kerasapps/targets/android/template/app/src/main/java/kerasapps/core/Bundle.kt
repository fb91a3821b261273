package kerasapps.core

/** A class and how sure the network is of it, 0 to 1. */
class Score(val label: String, val score: Float)

/**
 * What a bundle holds, as its `bundle.json` explains it: from what users have to what they read.
 *
 * @param files content of a file of the bundle by its name.
 */
class Bundle(private val files: (String) -> ByteArray) {
    private val manifest = Json.read(files("bundle.json"))
    private val artifact = manifest["artifacts"].items[0]

    /** What can be run of the network. */
    val signatures = artifact["runtime"]["signatures"].items.map(::Signature)

    private val answer = manifest["answer"]
    private val preprocessing = manifest["preprocessing"]

    /** `picture`, `words`, `wordpieces`, `sentencepiece` or `rows`. */
    val inputKind = preprocessing["kind"].text

    /** `classes`, `number` or `translation`. */
    val answerKind = answer["kind"].text

    /** Name of the file with the network. */
    val network = artifact["path"].text

    /** A network for one input at a time: what it takes, and what it gives. */
    val signature: Signature get() = signatures[0]

    val pictures by lazy { PictureReader(preprocessing) }

    val rows by lazy { RowReader(preprocessing) }

    val texts: Tokenizer by lazy {
        val vocabulary = files(preprocessing["files"].items[0]["path"].text)
        if (inputKind == "words") WordTokenizer(preprocessing, vocabulary)
        else WordPieceTokenizer(preprocessing, vocabulary, Characters(files("characters.txt")))
    }

    private val labels by lazy {
        manifest["labels"].items.map { it.text }
    }

    /** What the network takes of a picture. */
    fun inputsOf(picture: Picture): Map<String, Tensor> {
        val spec = signature.inputs.single()
        val read = pictures.read(picture)
        val channels = spec.shape.last()
        // A network for grey pictures may take them in three channels, as clients have them.
        val values = IntArray(spec.size) { read.pixels[it / channels * read.channels + it % channels % read.channels].toInt() and 0xff }
        return mapOf(spec.name to spec.of(values))
    }

    /** What the network takes of a text: its ids, and where BERT's inputs are asked for, those. */
    fun inputsOf(text: String): Map<String, Tensor> {
        val ids = texts.encode(text)
        if (signature.inputs.size == 1) return signature.inputs.associate { it.name to it.of(ids) }
        val padding = preprocessing["pad"]["id"].int
        return signature.inputs.associate { spec ->
            spec.name to when (spec.name) {
                "input_word_ids" -> spec.of(ids)
                "input_mask" -> spec.of(IntArray(ids.size) { if (ids[it] == padding) 0 else 1 })
                else -> spec.zeros()
            }
        }
    }

    /** What the network takes of a row: column → text, empty where the value is missing. */
    fun inputsOf(row: Map<String, String>): Map<String, Tensor> = signature.inputs.associate { spec ->
        spec.name to if (spec.name == "numbers") spec.of(rows.numbers(row)) else spec.of(rows.categories(row))
    }

    /** The numbers that a network gives: a score for each class, or the one number. */
    fun numbersOf(outputs: Map<String, Tensor>): FloatArray {
        val spec = signature.outputs.single()
        return spec.numbers(outputs.getValue(spec.name))
    }

    /** The classes, the likeliest first. */
    fun ranked(scores: FloatArray): List<Score> =
        labels.indices.map { Score(labels[it], scores[it]) }.sortedByDescending { it.score }

    /** Why the likeliest class is no answer, in words; empty where it is one. */
    fun noAnswer(scores: FloatArray): String {
        val best = scores.indices.maxByOrNull { scores[it] } ?: return ""
        if (labels[best] == answer.find("unknown_label")?.text) return "none of these"
        val unknown = answer.find("unknown")?.number?.toFloat()
        if (unknown != null && scores[best] < unknown) return "none of these"
        val threshold = answer.find("thresholds")?.items?.get(best)?.number?.toFloat()
        return if (threshold != null && scores[best] < threshold) "not sure" else ""
    }

    /** A translator around a network. */
    fun translator(network: Network): Translator = Translator(preprocessing, answer, signatures, network, files)
}
