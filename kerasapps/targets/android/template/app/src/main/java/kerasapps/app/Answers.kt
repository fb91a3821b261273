package kerasapps.app

import android.content.res.AssetManager
import kerasapps.core.Bundle
import kerasapps.core.Picture
import kerasapps.core.Score
import kerasapps.core.Tensor

/** What users read: classes with their scores, or a text; both where no class is the answer. */
class Answer(val scores: List<Score>, val text: String, val milliseconds: Double)

/**
 * The bundle in the app's assets, ready to answer. For one thread at a time.
 *
 * Reading a picture's pixels, a text's ids and a row's numbers, the network, and reading its answer:
 * all of it is timed, as all of it is what users wait for.
 */
class Answers(assets: AssetManager) : AutoCloseable {
    val bundle = Bundle { name -> assets.open("$FOLDER/$name").use { it.readBytes() } }

    private val network = LiteRtNetwork(assets, "$FOLDER/${bundle.network}", bundle.signatures)
    private val translator by lazy { bundle.translator(network) }

    fun of(picture: Picture): Answer = timed { bundle.inputsOf(picture) }

    fun of(row: Map<String, String>): Answer = timed { bundle.inputsOf(row) }

    fun of(text: String): Answer {
        if (bundle.answerKind != "translation") return timed { bundle.inputsOf(text) }
        val start = System.nanoTime()
        return Answer(emptyList(), translator.translate(text), since(start))
    }

    override fun close() = network.close()

    private fun timed(inputs: () -> Map<String, Tensor>): Answer {
        val start = System.nanoTime()
        val numbers = bundle.numbersOf(network.run(bundle.signature.name, inputs()))
        if (bundle.answerKind == "number") return Answer(emptyList(), numbers[0].toString(), since(start))
        return Answer(bundle.ranked(numbers), bundle.noAnswer(numbers), since(start))
    }

    private fun since(start: Long): Double = (System.nanoTime() - start) / 1e6

    private companion object {
        const val FOLDER = "bundle"
    }
}
