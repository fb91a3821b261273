package kerasapps.core

/** How pieces of a SentencePiece model are used. */
internal enum class PieceKind { NORMAL, UNKNOWN, CONTROL, OWN, UNUSED, BYTE }

/** One piece: `▁` stands for a blank. */
internal class Piece(val text: String, val score: Float, val kind: PieceKind)

/**
 * What a SentencePiece `.model` file holds.
 *
 * @param content of the file: a protocol buffer `ModelProto`.
 */
internal class SentencePieceModel(content: ByteArray) {
    val pieces = ArrayList<Piece>()
    var isUnigram = true
    var spellsInBytes = false
    var blankIsSuffix = false
    var unknownText = " \u2047 "
    var charsmap = ByteArray(0)
    var addsBlank = true
    var dropsBlanks = true
    var escapesBlanks = true

    init {
        for (field in fieldsOf(content)) {
            when (field.number) {
                1 -> pieces.add(piece(field.content))
                2 -> readTraining(field.content)
                3 -> readNormalizing(field.content)
            }
        }
    }

    private fun piece(message: ByteArray): Piece {
        var text = ""
        var score = 0f
        var kind = PieceKind.NORMAL
        for (field in fieldsOf(message)) {
            when (field.number) {
                1 -> text = field.text
                2 -> score = field.float
                3 -> kind = PieceKind.entries[field.value.toInt() - 1]
            }
        }
        return Piece(text, score, kind)
    }

    private fun readTraining(message: ByteArray) {
        for (field in fieldsOf(message)) {
            when (field.number) {
                3 -> isUnigram = model(field.value.toInt())
                24 -> blankIsSuffix = field.flag
                35 -> spellsInBytes = field.flag
                44 -> unknownText = field.text
            }
        }
    }

    private fun model(kind: Int): Boolean {
        require(kind == 1 || kind == 2) { "a SentencePiece model of kind $kind; known are 1 (unigram) and 2 (bpe)." }
        return kind == 1
    }

    private fun readNormalizing(message: ByteArray) {
        for (field in fieldsOf(message)) {
            when (field.number) {
                2 -> charsmap = field.content
                3 -> addsBlank = field.flag
                4 -> dropsBlanks = field.flag
                5 -> escapesBlanks = field.flag
            }
        }
    }
}
