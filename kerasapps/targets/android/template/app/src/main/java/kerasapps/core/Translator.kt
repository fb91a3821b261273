package kerasapps.core

/**
 * A sentence in one language to a sentence in another.
 *
 * @param preprocessing of `bundle.json`, of kind `sentencepiece`.
 * @param answer of `bundle.json`, of kind `translation`.
 * @param signatures of the network: one that reads, one that says what may follow.
 * @param files content of a file of the bundle by its name.
 */
class Translator(
    preprocessing: Json,
    private val answer: Json,
    signatures: List<Signature>,
    private val network: Network,
    files: (String) -> ByteArray,
) : Stepper<Map<String, Tensor>> {
    private val tokenizer = PairTokenizer(preprocessing, files)
    private val search = TranslationSearch(answer)
    private val encode = signatures.first { it.name == answer["encode"].text }
    private val step = signatures.first { it.name == answer["step"].text }
    private val source = answer["source"].text
    private val token = answer["token"].text
    private val position = answer["position"].text
    private val logits = answer["logits"].text
    private val attention = answer["attention"].text
    private val padding = preprocessing["pad_id"].int
    private val zeros = answer["state"]["zeros"].items.map { it.text }

    /** The translation of a text, read as one sentence; empty for one without words. */
    fun translate(text: String): String {
        val ids = tokenizer.encode(text)
        return if (ids.size == 1) "" else tokenizer.decode(search.search(this, ids).ids)
    }

    override fun start(source: List<Int>): Map<String, Tensor> {
        val spec = encode.inputs.single { it.name == this.source }
        val row = spec.of(padded(source, spec.size, padding))
        return step.inputs.filter { it.name in zeros }.associate { it.name to it.zeros() } +
            network.run(encode.name, mapOf(spec.name to row))
    }

    override fun step(token: Int, position: Int, state: Map<String, Tensor>): Step<Map<String, Tensor>> {
        val asked = mapOf(
            this.token to specOf(this.token).of(intArrayOf(token)),
            this.position to specOf(this.position).of(intArrayOf(position)),
        )
        val given = network.run(step.name, step.inputs.associate { it.name to (asked[it.name] ?: state.getValue(it.name)) })
        return Step((given.getValue(logits) as Floats).values, state + (given - logits - attention))
    }

    private fun specOf(name: String): TensorSpec = step.inputs.single { it.name == name }
}
