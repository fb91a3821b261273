package kerasapps.check

import java.io.File
import kerasapps.core.Bundle
import kerasapps.core.Floats
import kerasapps.core.Hypothesis
import kerasapps.core.Ints
import kerasapps.core.Json
import kerasapps.core.Network
import kerasapps.core.Octets
import kerasapps.core.PairTokenizer
import kerasapps.core.Picture
import kerasapps.core.Signature
import kerasapps.core.Step
import kerasapps.core.Stepper
import kerasapps.core.Tensor
import kerasapps.core.TranslationSearch

/** Does the jobs of a JSON file, and writes an answer a line: what Python's answers are held against. */
fun main(arguments: Array<String>) {
    val jobs = Json.read(File(arguments[0]).readBytes()).items
    File(arguments[1]).printWriter().use { out ->
        for (job in jobs) {
            // A line an input, so that a difference can be found.
            answers(job).forEach(out::println)
        }
    }
}

private fun answers(job: Json): Sequence<String> {
    val folder = File(job["folder"].text)
    val files = { name: String -> File(folder, name).readBytes() }
    val inputs = job["inputs"].items.asSequence()
    return when (job["job"].text) {
        "picture" -> Bundle(files).let { bundle -> inputs.map { shown(bundle.inputsOf(picture(it, folder, bundle))) } }
        "text" -> Bundle(files).let { bundle -> inputs.map { shown(bundle.inputsOf(it.text)) } }
        "row" -> Bundle(files).let { bundle ->
            inputs.map { row -> shown(bundle.inputsOf(row.fields.mapValues { it.value.text })) }
        }
        "encode" -> PairTokenizer(job["preprocessing"], files).let { pair -> inputs.map { listed(pair.encode(it.text)) } }
        "decode" -> PairTokenizer(job["preprocessing"], files).let { pair ->
            inputs.map { ids -> quoted(pair.decode(ids.items.map { it.int })) }
        }
        "search" -> inputs.map { shown(found(it, job["answer"])) }
        "translate" -> PairTokenizer(job["preprocessing"], files).let { pair ->
            inputs.map { quoted(pair.decode(found(it, job["answer"]).ids)) }
        }
        "glue" -> Bundle(files).let { bundle ->
            val network = Planned(bundle.signatures)
            inputs.map { quoted(bundle.translator(network).translate(it.text) + network.said) }
        }
        "rank" -> Bundle(files).let { bundle ->
            inputs.map { scores ->
                val values = scores.items.map { it.number.toFloat() }.toFloatArray()
                quoted(bundle.ranked(values)[0].label)
            }
        }
        else -> throw IllegalArgumentException("no such job")
    }
}

private fun picture(input: Json, folder: File, bundle: Bundle): Picture {
    val bytes = File(folder, input["file"].text).readBytes()
    val argb = IntArray(bytes.size / 4) { pixel -> (0..3).fold(0) { code, byte -> (code shl 8) or (bytes[4 * pixel + byte].toInt() and 0xff) } }
    return Picture.of(argb, input["width"].int, input["height"].int, input["orientation"].int, bundle.pictures.channels)
}

/** A network whose answers were written down: for each start of a translation, the logits that follow. */
private class Recorded(logits: Json) : Stepper<String> {
    private val known = logits.fields.mapValues { row -> row.value.items.map { it.number.toFloat() }.toFloatArray() }

    override fun start(source: List<Int>): String = ""

    override fun step(token: Int, position: Int, state: String): Step<String> {
        val path = "$state $token"
        check(position == state.count { it == ' ' }) { "a step at another position" }
        return Step(known[path] ?: throw IllegalStateException("asked for what Python did not: $path"), path)
    }
}

private fun found(input: Json, answer: Json): Hypothesis =
    TranslationSearch(answer).search(Recorded(input["logits"]), listOf(answer["end_id"].int), input["beam"].int)

/**
 * A network that says the source's pieces in their order, then the end: what it reads in `encode` and the
 * place that it keeps in a cache decide, so that a state that is lost or mixed up changes the answer.
 */
private class Planned(private val signatures: List<Signature>) : Network {
    /** What each call was given and how much of it, by name. */
    var said = ""

    override fun run(signature: String, inputs: Map<String, Tensor>): Map<String, Tensor> {
        val spec = signatures.single { it.name == signature }
        val sizes = inputs.map { (name, tensor) -> "$name=${numbers(tensor).size}" }.sorted()
        if (signature !in said) said += " $signature($sizes)"
        val known = inputs.mapValues { numbers(it.value) }
        if (signature == "encode") return mapOf("memory" to Floats(known.getValue("source")))
        val place = known.getValue("cache")[0].toInt()
        check(known.getValue("position")[0].toInt() == place) { "a step at another position" }
        val next = known.getValue("memory")[place].toInt()
        val logits = FloatArray(spec.outputs.single { it.name == "logits" }.size) { if (it == next) 9f else 0f }
        return mapOf("logits" to Floats(logits), "attention" to Floats(known.getValue("memory")), "cache" to Floats(floatArrayOf(place + 1f, 0f)))
    }

    private fun numbers(tensor: Tensor): FloatArray = when (tensor) {
        is Floats -> tensor.values
        is Ints -> FloatArray(tensor.values.size) { tensor.values[it].toFloat() }
        is Octets -> FloatArray(tensor.values.size) { tensor.values[it].toFloat() }
    }
}

private fun shown(best: Hypothesis): String = "{\"ids\":${listed(best.ids)},\"score\":${best.score}}"

private fun shown(tensors: Map<String, Tensor>): String = tensors.entries.joinToString(",", "{", "}") { (name, tensor) ->
    val values: List<Any> = when (tensor) {
        is Floats -> tensor.values.toList()
        is Ints -> tensor.values.toList()
        is Octets -> tensor.values.map { it.toInt() and 0xff }
    }
    "${quoted(name)}:${listed(values)}"
}

private fun listed(values: List<Any>): String = values.joinToString(",", "[", "]")

private fun quoted(text: String): String = text.map { each ->
    if (each in ' '..'~' && each != '"' && each != '\\') each.toString() else "\\u%04x".format(each.code)
}.joinToString("", "\"", "\"")
