package kerasapps.core

import java.util.PriorityQueue

private const val OUT_OF_REACH = 10f // how far below the worst piece an unknown character is

/**
 * Pieces of words as SentencePiece finds them, from its `.model` file: unigram and BPE, with what a
 * character that is no piece is spelled in (bytes), and back from ids to a text.
 *
 * @param content of the `.model` file.
 */
class SentencePieceTokenizer(content: ByteArray) {
    private val model = SentencePieceModel(content)
    private val normalizer = Normalizer(model)
    private val ids = HashMap<String, Int>()
    private val unknown = model.pieces.indexOfFirst { it.kind == PieceKind.UNKNOWN }
    private val bytes = HashMap<Int, Int>()
    private val own = model.pieces.filter { it.kind == PieceKind.OWN }.map { codesOf(it.text) }
    private val longest: Int
    private val worst: Float
    private val best: Float

    init {
        model.pieces.forEachIndexed { id, piece ->
            when (piece.kind) {
                PieceKind.NORMAL, PieceKind.OWN, PieceKind.UNUSED -> ids[piece.text] = id
                PieceKind.BYTE -> bytes[piece.text.substring(3, 5).toInt(16)] = id
                else -> {}
            }
        }
        longest = ids.keys.maxOfOrNull { it.codePointCount(0, it.length) } ?: 1
        val scores = model.pieces.filter { it.kind == PieceKind.NORMAL }.map { it.score }
        worst = scores.minOrNull() ?: 0f
        best = scores.maxOrNull() ?: 0f
    }

    /** The ids of a text's pieces, without marks at its start and end. */
    fun encode(text: String): List<Int> {
        val codes = codesOf(normalizer.normalize(text))
        if (codes.isEmpty()) return emptyList()
        return spelled(if (model.isUnigram) likeliest(codes) else merged(codes))
    }

    /** The text that ids spell; marks spell nothing. */
    fun decode(pieces: List<Int>): String {
        val text = StringBuilder()
        val spelling = Spelling()
        var atStart = true
        var blankSeen = false
        for (id in pieces) {
            val piece = model.pieces[id]
            if (piece.kind == PieceKind.BYTE) {
                spelling.add(piece.text.substring(3, 5).toInt(16).toByte())
                continue
            }
            spelling.moveTo(text)
            if (blankSeen || text.isNotEmpty()) atStart = false
            val (part, blank) = shown(piece, atStart)
            blankSeen = blank
            text.append(part)
        }
        spelling.moveTo(text)
        return text.toString()
    }

    private fun shown(piece: Piece, atStart: Boolean): Pair<String, Boolean> {
        if (piece.kind == PieceKind.CONTROL) return Pair("", false)
        if (piece.kind == PieceKind.UNKNOWN) return Pair(model.unknownText, false)
        val cut = atStart && (model.addsBlank || model.dropsBlanks) && piece.text.startsWith(BLANK)
        val part = if (cut) piece.text.removePrefix(BLANK) else piece.text
        return Pair(part.replace(BLANK, " "), cut && !model.dropsBlanks)
    }

    /** Pieces found, unknown ones spelled in bytes, or one for a whole run of them. */
    private fun spelled(found: List<Pair<String, Int>>): List<Int> {
        val result = ArrayList<Int>()
        var afterUnknown = false
        for ((text, id) in found) {
            if (id != unknown) {
                result.add(id)
            } else if (model.spellsInBytes) {
                utf8(text).forEach { result.add(bytes.getValue(it.toInt() and 0xff)) }
            } else if (!afterUnknown) {
                result.add(id)
            }
            afterUnknown = id == unknown
        }
        return result
    }

    /** Unigram: the way through the text with the highest sum of scores. */
    private fun likeliest(codes: IntArray): List<Pair<String, Int>> {
        val from = IntArray(codes.size + 1) { -1 }
        val piece = IntArray(codes.size + 1)
        val score = FloatArray(codes.size + 1)
        for (start in codes.indices) {
            var hasSingle = false
            for (end in start + 1..minOf(codes.size, start + longest)) {
                val text = String(codes, start, end - start)
                val id = ids[text] ?: continue
                if (model.pieces[id].kind == PieceKind.UNUSED) continue
                val total = worth(id, text) + score[start]
                if (from[end] < 0 || total > score[end]) {
                    from[end] = start
                    piece[end] = id
                    score[end] = total.toFloat()
                }
                hasSingle = hasSingle || end == start + 1
            }
            val total = worst - OUT_OF_REACH + score[start]
            if (!hasSingle && (from[start + 1] < 0 || total > score[start + 1])) {
                from[start + 1] = start
                piece[start + 1] = unknown
                score[start + 1] = total
            }
        }
        val found = ArrayList<Pair<String, Int>>()
        var end = codes.size
        while (end > 0) {
            found.add(Pair(String(codes, from[end], end - from[end]), piece[end]))
            end = from[end]
        }
        return found.reversed()
    }

    private fun worth(id: Int, text: String): Double =
        if (model.pieces[id].kind == PieceKind.OWN) {
            (utf8(text).size * best).toDouble() - 0.1
        } else {
            model.pieces[id].score.toDouble()
        }

    private class Symbol(var text: String, var before: Int, var after: Int, val isWhole: Boolean)

    private class Merge(val left: Int, val right: Int, val score: Float, val text: String)

    /** BPE: two neighbours are joined, the pair with the highest score first, while any pair is a piece. */
    private fun merged(codes: IntArray): List<Pair<String, Int>> {
        val symbols = symbolsOf(codes)
        val parts = HashMap<String, Pair<String, String>>()
        val queue = PriorityQueue<Merge> { a, b ->
            if (a.score != b.score) b.score.compareTo(a.score) else a.left.compareTo(b.left)
        }

        fun propose(left: Int, right: Int) {
            if (left < 0 || right < 0 || symbols[left].isWhole || symbols[right].isWhole) return
            val text = symbols[left].text + symbols[right].text
            val id = ids[text] ?: return
            queue.add(Merge(left, right, model.pieces[id].score, text))
            if (model.pieces[id].kind == PieceKind.UNUSED) parts[text] = Pair(symbols[left].text, symbols[right].text)
        }

        for (right in 1 until symbols.size) propose(right - 1, right)
        while (queue.isNotEmpty()) {
            val merge = queue.remove()
            val left = symbols[merge.left]
            val right = symbols[merge.right]
            val isOld = left.text.isEmpty() || right.text.isEmpty() || left.text.length + right.text.length != merge.text.length
            if (isOld) continue
            left.text = merge.text
            left.after = right.after
            if (right.after >= 0) symbols[right.after].before = merge.left
            right.text = ""
            propose(left.before, merge.left)
            propose(merge.left, left.after)
        }
        val found = ArrayList<Pair<String, Int>>()
        var at = 0
        while (at >= 0) {
            cutUnused(symbols[at].text, parts, found)
            at = symbols[at].after
        }
        return found
    }

    private fun symbolsOf(codes: IntArray): List<Symbol> {
        val symbols = ArrayList<Symbol>()
        var at = 0
        while (at < codes.size) {
            val whole = own.filter { startsWith(codes, at, it) }.maxOfOrNull { it.size }
            val size = whole ?: 1
            val after = if (at + size < codes.size) symbols.size + 1 else -1
            symbols.add(Symbol(String(codes, at, size), symbols.size - 1, after, whole != null))
            at += size
        }
        return symbols
    }

    private fun startsWith(codes: IntArray, at: Int, part: IntArray): Boolean =
        at + part.size <= codes.size && part.indices.all { codes[at + it] == part[it] }

    /** A piece that must not be used becomes what it was made of. */
    private fun cutUnused(text: String, parts: Map<String, Pair<String, String>>, found: MutableList<Pair<String, Int>>) {
        val id = ids[text] ?: unknown
        val halves = parts[text]
        if (model.pieces[id].kind != PieceKind.UNUSED || halves == null) {
            found.add(Pair(text, id))
            return
        }
        cutUnused(halves.first, parts, found)
        cutUnused(halves.second, parts, found)
    }
}

/** Bytes that spell characters; what is no UTF-8 is shown as `�`. */
private class Spelling {
    private val content = ArrayList<Byte>()

    fun add(byte: Byte) = content.add(byte)

    fun moveTo(text: StringBuilder) {
        val bytes = content.toByteArray()
        content.clear()
        var at = 0
        while (at < bytes.size) {
            val size = characterSize(bytes, at)
            text.append(if (size == 0) "\uFFFD" else String(bytes, at, size, Charsets.UTF_8))
            at += maxOf(1, size)
        }
    }
}
