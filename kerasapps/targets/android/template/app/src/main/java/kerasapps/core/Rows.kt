package kerasapps.core

import java.util.Locale

/** What becomes of numbers: where they stand among those that the model was trained on. */
private class Scale(spec: Json) {
    private val knots = spec["knots"].items.map { it.number }.toDoubleArray()
    private val levels = spec["levels"].items.map { it.number }.toDoubleArray()
    private val typical = spec["typical"].number

    /** Of a date: which of its numbers. */
    val part = spec["part"].text

    fun level(number: Double): Float {
        if (number.isNaN()) return typical.toFloat()
        if (number <= knots.first()) return levels.first().toFloat()
        if (number >= knots.last()) return levels.last().toFloat()
        val found = knots.asList().binarySearch(number)
        if (found >= 0) return levels[found].toFloat()
        val place = -found - 2
        val slope = (levels[place + 1] - levels[place]) / (knots[place + 1] - knots[place])
        return (slope * (number - knots[place]) + levels[place]).toFloat()
    }
}

/** A column of the table that the model was trained on. */
class Column(spec: Json) {
    val name = spec["name"].text

    /** `number`, `category`, `yes/no` or `date`. */
    val kind = spec["kind"].text

    /** Its median, or its most frequent value: something to begin with. */
    val typical = spec["typical"].text

    /** Of a category, those that are known. */
    val values = spec["values"].items.map { it.text }

    /** How its dates are written: `year-month-day`, `day-month-year`, `month-day-year` or `time`. */
    val order = spec["order"].text

    internal val isCategory = kind == "category" || kind == "yes/no"
    internal val flagged = spec["flagged"].flag
    private val scales = spec["scales"].items.map(::Scale)
    private val places = values.withIndex().associate { (place, value) -> value to place }

    /** The levels of a cell, and whether it has none. */
    internal fun levels(cell: String): Pair<List<Float>, Boolean> {
        if (kind != "date") {
            val number = numberOf(cell)
            return Pair(scales.map { it.level(number) }, number.isNaN())
        }
        val parts = datePartsOf(cell, order)
        return Pair(scales.map { it.level(parts?.get(it.part) ?: Double.NaN) }, parts == null)
    }

    /** The place of a category among those that are known; null for another one. */
    internal fun placeOf(cell: String): Int? = places[cell]
}

/**
 * From a row of a table, as texts, to the numbers and ids that a model takes.
 *
 * @param spec the `preprocessing` of `bundle.json`, of kind `rows`.
 */
class RowReader(spec: Json) {
    /** Those that a row must have; an empty text is a missing value. */
    val columns = spec["columns"].items.map(::Column)

    private val missing = spec["missing_id"].int
    private val unknown = spec["unknown_id"].int
    private val first = spec["first_id"].int
    private val longest = spec["longest_cell"].int
    private val missingWords = spec["missing_words"].items.map { it.text }.toSet()
    private val answers = listOf("no", "yes").map { word -> spec[word].items.map { it.text } }

    /** The levels of numbers and dates in the columns' order, then a flag for each that may be missing. */
    fun numbers(row: Map<String, String>): FloatArray {
        val levels = ArrayList<Float>()
        val flags = ArrayList<Float>()
        for (column in columns.filterNot { it.isCategory }) {
            val (found, isMissing) = column.levels(cellOf(row.getValue(column.name)))
            levels.addAll(found)
            if (column.flagged) flags.add(if (isMissing) 1f else 0f)
        }
        return (levels + flags).toFloatArray()
    }

    /** An id for each category. */
    fun categories(row: Map<String, String>): IntArray =
        columns.filter { it.isCategory }.map { column ->
            val cell = cellOf(row.getValue(column.name))
            val place = if (column.kind == "category") column.placeOf(cell) else yesOrNo(cell)
            if (cell.isEmpty()) missing else place?.plus(first) ?: unknown
        }.toIntArray()

    private fun yesOrNo(cell: String): Int? =
        answers.indexOfFirst { cell.lowercase(Locale.ROOT) in it }.takeIf { it >= 0 }

    /** A cell as training read it: without blanks around it, `39` for `39.0`, empty for `NA` and the like. */
    private fun cellOf(text: String): String {
        val codes = codesOf(text.trim(::isBlank))
        val cell = wholeOf(String(codes, 0, minOf(longest, codes.size)))
        return if (cell.lowercase(Locale.ROOT) in missingWords) "" else cell
    }
}

private fun wholeOf(text: String): String {
    val whole = text.substringBefore('.')
    val rest = text.substringAfter('.', "")
    val isWhole = rest.isNotEmpty() && rest.all { it == '0' } && digitsOf(whole.removeSign()) != null
    return if (isWhole) whole else text
}

private fun numberOf(cell: String): Double {
    val (digits, exponent) = cell.removeSign().split('e', 'E').let { Pair(it[0], it.drop(1)) }
    val isExponent = exponent.isEmpty() || exponent.size == 1 && digitsOf(exponent[0].removeSign()) != null
    val parts = digits.split('.')
    val isNumber = parts.size <= 2 && parts.all { it.isEmpty() || digitsOf(it) != null } && parts.any { it.isNotEmpty() }
    if (!isExponent || !isNumber) return Double.NaN
    val number = cell.toDouble()
    return if (number.isInfinite()) Double.NaN else number
}

/** The numbers of a date or time by name; null for what is none. Those that it does not say are left out. */
private fun datePartsOf(cell: String, order: String): Map<String, Double>? {
    if (order == "time") return timeOf(cell)
    val size = cell.indexOfFirst { it == 'T' || it == ' ' }.let { if (it < 0) cell.length else it }
    val fields = cell.substring(0, size).split('-', '/', '.')
    if (fields.size != 3 || fields.any { digitsOf(it) == null }) return null
    val names = order.split('-')
    if (names.indices.any { fields[it].length !in if (names[it] == "year") 4..4 else 1..2 }) return null
    val date = names.indices.associate { names[it] to fields[it].toInt() }
    val (year, month, day) = listOf("year", "month", "day").map(date::getValue)
    if (year < 1 || month !in 1..12 || day !in 1..daysOf(year, month)) return null
    val time = if (size == cell.length) emptyMap() else timeOf(cell.substring(size + 1)) ?: return null
    val number = dayNumber(year, month, day)
    return time + mapOf(
        "year" to year.toDouble(),
        "month" to month.toDouble(),
        "day" to day.toDouble(),
        "weekday" to Math.floorMod(number + 3, 7).toDouble(), // 1970 began on a Thursday
        "day number" to number.toDouble(),
    )
}

private fun timeOf(text: String): Map<String, Double>? {
    val clock = withoutZone(text).split(':')
    if (clock.size !in 2..3 || digitsOf(clock[0]) == null || clock[0].length > 2) return null
    if (digitsOf(clock[1]) == null || clock[1].length != 2) return null
    if (clock.size == 3) {
        val second = clock[2].split('.')
        if (second.size > 2 || second.any { digitsOf(it) == null } || second[0].length != 2) return null
    }
    val (hour, minute) = Pair(clock[0].toInt(), clock[1].toInt())
    return if (hour > 23 || minute > 59) null else mapOf("hour" to hour.toDouble(), "minute" to minute.toDouble())
}

/** A time without `Z`, `UTC`, `+02:00` or `+0200` behind it; blanks may stand before those. */
private fun withoutZone(text: String): String {
    val sign = text.indexOfLast { it == '+' || it == '-' }
    val zone = when {
        text.endsWith("Z") -> 1
        text.endsWith("UTC") -> 3
        sign >= 0 && isOffset(text.substring(sign + 1)) -> text.length - sign
        else -> 0
    }
    return text.dropLast(zone).trimEnd(::isBlank)
}

private fun isOffset(text: String): Boolean {
    val digits = if (text.length == 5 && text[2] == ':') text.removeRange(2, 3) else text
    return digits.length == 4 && digitsOf(digits) != null
}

private fun daysOf(year: Int, month: Int): Int {
    val isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return if (month == 2) (if (isLeap) 29 else 28) else if (month in setOf(4, 6, 9, 11)) 30 else 31
}

/** Days since the first of January 1970. */
private fun dayNumber(year: Int, month: Int, day: Int): Int {
    val before = year - 1
    val days = (1 until month).sumOf { daysOf(year, it) } + day
    return 365 * before + before / 4 - before / 100 + before / 400 + days - 719163
}

private fun String.removeSign(): String = if (startsWith('+') || startsWith('-')) drop(1) else this

/** A text of ASCII digits, of which there is one at least; else null. */
private fun digitsOf(text: String): String? = text.takeIf { it.isNotEmpty() && it.all { digit -> digit in '0'..'9' } }

/** What Python takes for white space. */
private fun isBlank(character: Char): Boolean =
    character in "\t\n\u000b\u000c\r\u001c\u001d\u001e\u001f \u0085\u00a0\u1680\u2028\u2029\u202f\u205f\u3000" ||
        character in '\u2000'..'\u200a'
