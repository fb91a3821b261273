package kerasapps.core

import kotlin.math.exp
import kotlin.math.ln
import kotlin.math.pow

/** What a translator says of the next piece. */
class Step<State>(val logits: FloatArray, val state: State)

/** A translator that is called piece by piece. No step changes a state that it is given. */
interface Stepper<State> {
    /** Reads a sentence: its ids, the end mark last. */
    fun start(source: List<Int>): State

    /** What may follow `token`, which stands at `position` of the translation, from 0. */
    fun step(token: Int, position: Int, state: State): Step<State>
}

/** A translation in ids, the end mark last; its score is the logarithm of its probability, by length. */
class Hypothesis(val ids: List<Int>, val score: Float)

/**
 * How translations are searched for: always the likeliest piece, or the best of several unfinished ones.
 *
 * @param answer the `answer` of `bundle.json`, of kind `translation`.
 */
class TranslationSearch(answer: Json) {
    private val start = answer["start_id"].int
    private val end = answer["end_id"].int
    private val forbidden = answer["forbidden_ids"].items.map { it.int }
    private val firstPosition = answer["first_position"].int
    private val most = answer["max_steps"].int
    private val floor = answer["floor"].number.toFloat()
    private val divisors = answer["length_penalty"].number.let { penalty ->
        FloatArray(most + 1) { maxOf(it, 1).toDouble().pow(penalty).toFloat() }
    }

    /** Hypotheses that are kept where nobody says. */
    val defaultBeam = answer["default_beam"].int

    /** The best translation that was found. */
    fun <State> search(stepper: Stepper<State>, source: List<Int>, beam: Int = defaultBeam): Hypothesis =
        if (beam == 1) greedy(stepper, source) else beamSearch(stepper, source, beam)

    private fun <State> greedy(stepper: Stepper<State>, source: List<Int>): Hypothesis {
        var state = stepper.start(source)
        var token = start
        var total = 0f
        val ids = ArrayList<Int>()
        while (token != end) {
            val step = stepper.step(token, firstPosition + ids.size, state)
            val chances = chances(step.logits, onlyEnd = ids.size + 1 == most)
            token = chances.indices.maxByOrNull { chances[it] }!!
            total += chances[token]
            ids.add(token)
            state = step.state
        }
        return Hypothesis(ids, total / divisors[ids.size])
    }

    private class Open<State>(val ids: List<Int>, val total: Float, val state: State)

    private fun <State> beamSearch(stepper: Stepper<State>, source: List<Int>, beam: Int): Hypothesis {
        var opened = listOf(Open(emptyList(), 0f, stepper.start(source)))
        var best: Hypothesis? = null
        for (position in 0 until most) {
            val (ended, open) = goOn(stepper, opened, position, beam)
            for (each in ended) if (best == null || each.score > best.score) best = each
            opened = open
            if (opened.isEmpty()) break
            // Not even free pieces up to the longest translation would make an open one better.
            if (best != null && best.score >= opened[0].total / divisors[most]) break
        }
        return best!!
    }

    /** One step of all open hypotheses: those that end now, and those that stay open. */
    private fun <State> goOn(
        stepper: Stepper<State>, opened: List<Open<State>>, position: Int, beam: Int,
    ): Pair<List<Hypothesis>, List<Open<State>>> {
        val steps = opened.map { stepper.step(it.ids.lastOrNull() ?: start, firstPosition + position, it.state) }
        val size = steps[0].logits.size
        val candidates = FloatArray(opened.size * size)
        steps.forEachIndexed { row, step ->
            val chances = chances(step.logits, onlyEnd = position + 1 == most)
            for (piece in 0 until size) candidates[row * size + piece] = opened[row].total + chances[piece]
        }
        val ended = ArrayList<Hypothesis>()
        val open = ArrayList<Open<State>>()
        best(candidates, 2 * beam).forEachIndexed { rank, place ->
            val before = opened[place / size]
            val piece = place % size
            if (piece == end) {
                val ids = before.ids + end
                if (rank < beam) ended.add(Hypothesis(ids, candidates[place] / divisors[ids.size]))
            } else if (open.size < beam) {
                open.add(Open(before.ids + piece, candidates[place], steps[place / size].state))
            }
        }
        return Pair(ended, open)
    }

    /** What each piece adds to a total; minus infinity for those that may not follow. */
    private fun chances(logits: FloatArray, onlyEnd: Boolean): FloatArray {
        var highest = Float.NEGATIVE_INFINITY
        for (logit in logits) highest = if (logit.isNaN() || highest.isNaN()) Float.NaN else maxOf(highest, logit)
        var sum = 0.0
        for (logit in logits) sum += exp((logit - highest).toDouble())
        val base = ln(sum).toFloat()
        val chances = FloatArray(logits.size) {
            val chance = logits[it] - highest - base
            when {
                onlyEnd && it != end -> Float.NEGATIVE_INFINITY
                chance > floor -> chance
                else -> floor // of what is no number, too
            }
        }
        for (id in forbidden) chances[id] = Float.NEGATIVE_INFINITY
        return chances
    }

    /** Places of the largest finite values, best first, of equal ones the first first. */
    private fun best(values: FloatArray, count: Int): List<Int> {
        val places = IntArray(count)
        var found = 0
        for (place in values.indices) {
            val value = values[place]
            if (value == Float.NEGATIVE_INFINITY || (found == count && value <= values[places[count - 1]])) continue
            var at = if (found < count) found++ else count - 1
            while (at > 0 && value > values[places[at - 1]]) {
                places[at] = places[at - 1]
                at--
            }
            places[at] = place
        }
        return places.take(found)
    }
}
