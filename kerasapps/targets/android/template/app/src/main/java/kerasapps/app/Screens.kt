package kerasapps.app

import android.content.Context
import android.text.InputType
import android.view.View
import android.view.ViewGroup
import android.widget.ArrayAdapter
import android.widget.Button
import android.widget.EditText
import android.widget.LinearLayout
import android.widget.ProgressBar
import android.widget.Spinner
import android.widget.TextView
import kerasapps.core.Column

private const val SHOWN = 5 // classes
private const val SMALL = 14f
private const val LARGE = 20f

/** What the views of all screens are made with. */
class Screen(private val context: Context) {
    private val dense = context.resources.displayMetrics.density

    /** Views below each other. */
    fun column(vararg views: View): LinearLayout {
        val column = LinearLayout(context)
        column.orientation = LinearLayout.VERTICAL
        for (view in views) {
            val layout = LinearLayout.LayoutParams(ViewGroup.LayoutParams.MATCH_PARENT, ViewGroup.LayoutParams.WRAP_CONTENT)
            layout.bottomMargin = pixels(8)
            column.addView(view, layout)
        }
        return column
    }

    fun pixels(units: Int): Int = (units * dense).toInt()

    fun text(text: String, size: Float = SMALL): TextView {
        val view = TextView(context)
        view.text = text
        view.textSize = size
        view.setTextIsSelectable(true)
        return view
    }

    fun button(text: Int, act: () -> Unit): Button {
        val button = Button(context)
        button.setText(text)
        button.setOnClickListener { act() }
        return button
    }

    /** Where a text is typed. */
    fun field(hint: String, lines: Int = 1, type: Int = InputType.TYPE_CLASS_TEXT): EditText {
        val field = EditText(context)
        field.hint = hint
        field.minLines = lines
        field.inputType = if (lines > 1) type or InputType.TYPE_TEXT_FLAG_MULTI_LINE else type
        return field
    }

    /** An answer: a bar a class, or a text, or what is said where no class is the answer; how long it took. */
    fun answer(answer: Answer): View {
        val bars = answer.scores.take(SHOWN).flatMap { listOf(text(scoreText(it.label, it.score)), bar(it.score)) }
        val words = if (answer.scores.isEmpty() || answer.text.isNotEmpty()) listOf(text(answer.text, LARGE)) else emptyList()
        val took = text(context.getString(R.string.took, answer.milliseconds))
        return column(*(words + bars + took).toTypedArray())
    }

    private fun scoreText(label: String, score: Float): String = context.getString(R.string.score, label, 100 * score)

    private fun bar(score: Float): ProgressBar {
        val bar = ProgressBar(context, null, android.R.attr.progressBarStyleHorizontal)
        bar.max = 1000
        bar.progress = (1000 * score).toInt()
        return bar
    }

    /** A column of a table with what its value is chosen or typed in. */
    fun cell(column: Column): Cell {
        if (column.kind == "category" || column.kind == "yes/no") return choice(column)
        val number = InputType.TYPE_CLASS_NUMBER or InputType.TYPE_NUMBER_FLAG_DECIMAL or InputType.TYPE_NUMBER_FLAG_SIGNED
        val type = if (column.kind == "number") number else InputType.TYPE_CLASS_DATETIME
        val field = field(if (column.kind == "date") column.order else column.name, type = type)
        field.setText(column.typical)
        return Cell(column.name, column(text(column.name), field)) { field.text.toString() }
    }

    private fun choice(column: Column): Cell {
        val values = listOf("") + column.values
        val shown = listOf(context.getString(R.string.no_value)) + column.values
        val spinner = Spinner(context)
        spinner.adapter = ArrayAdapter(context, android.R.layout.simple_spinner_dropdown_item, shown)
        spinner.setSelection(maxOf(0, values.indexOf(column.typical)))
        return Cell(column.name, column(text(column.name), spinner)) { values[spinner.selectedItemPosition] }
    }
}

/** A value of a row: its column, what shows it, and what it is now. */
class Cell(val name: String, val view: View, val value: () -> String)
