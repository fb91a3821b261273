package kerasapps.app

import android.app.Activity
import android.content.ActivityNotFoundException
import android.content.Intent
import android.net.Uri
import android.os.Bundle
import android.provider.MediaStore
import android.view.View
import android.widget.FrameLayout
import android.widget.ImageView
import android.widget.ScrollView
import java.util.concurrent.Executors

private const val CHOSEN = 1
private const val TAKEN = 2

/** The app's one screen: what the bundle takes above, what it answers below. */
class MainActivity : Activity() {
    private val screen by lazy { Screen(this) }
    private val inputs by lazy { FrameLayout(this) }
    private val result by lazy { FrameLayout(this) }
    private val image by lazy { ImageView(this) }

    // The model is loaded, asked and closed by this thread alone.
    private val worker = Executors.newSingleThreadExecutor()
    private lateinit var answers: Answers

    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        val page = ScrollView(this)
        page.fitsSystemWindows = true
        val column = screen.column(inputs, result)
        val edge = screen.pixels(16)
        column.setPadding(edge, edge, edge, edge)
        page.addView(column)
        setContentView(page)
        tell(getString(R.string.loading))
        inBackground({ Answers(assets).also { answers = it } }) { show(it) }
    }

    override fun onDestroy() {
        worker.execute { if (::answers.isInitialized) answers.close() }
        worker.shutdown()
        super.onDestroy()
    }

    private fun show(answers: Answers) {
        val views = when (answers.bundle.inputKind) {
            "picture" -> pictureInputs()
            "rows" -> rowInputs(answers)
            else -> textInputs(answers)
        }
        result.removeAllViews()
        inputs.addView(screen.column(*views.toTypedArray()))
    }

    private fun pictureInputs(): List<View> {
        image.adjustViewBounds = true
        image.maxHeight = screen.pixels(320)
        return listOf(
            screen.button(R.string.take_picture, ::takePicture),
            screen.button(R.string.choose_picture, ::choosePicture),
            image,
        )
    }

    private fun textInputs(answers: Answers): List<View> {
        val field = screen.field(getString(R.string.your_text), lines = 3)
        val asked = if (answers.bundle.answerKind == "translation") R.string.translate else R.string.classify
        return listOf(field, screen.button(asked) { ask { it.of(field.text.toString()) } })
    }

    private fun rowInputs(answers: Answers): List<View> {
        val cells = answers.bundle.rows.columns.map(screen::cell)
        return cells.map { it.view } + screen.button(R.string.answer) {
            val row = cells.associate { it.name to it.value() }
            ask { it.of(row) }
        }
    }

    private fun takePicture() {
        val intent = Intent(MediaStore.ACTION_IMAGE_CAPTURE)
        intent.putExtra(MediaStore.EXTRA_OUTPUT, PhotoProvider.uri(this))
        intent.addFlags(Intent.FLAG_GRANT_READ_URI_PERMISSION or Intent.FLAG_GRANT_WRITE_URI_PERMISSION)
        try {
            startActivityForResult(intent, TAKEN)
        } catch (error: ActivityNotFoundException) {
            tell(getString(R.string.no_camera))
        }
    }

    private fun choosePicture() {
        val intent = Intent(Intent.ACTION_GET_CONTENT)
        intent.setType("image/*")
        startActivityForResult(intent, CHOSEN)
    }

    override fun onActivityResult(request: Int, code: Int, data: Intent?) {
        super.onActivityResult(request, code, data)
        if (code != RESULT_OK) return
        val place = if (request == TAKEN) PhotoProvider.uri(this) else data?.data
        if (place != null) askOfPicture(place)
    }

    private fun askOfPicture(place: Uri) {
        inBackground({
            val photo = requireNotNull(Photo.read(contentResolver, place)) { "this is no picture that the phone can read." }
            Pair(photo, answers.of(photo.picture(answers.bundle.pictures.channels)))
        }) { (photo, answer) ->
            image.setImageBitmap(photo.bitmap)
            tell(answer)
        }
    }

    private fun ask(question: (Answers) -> Answer) = inBackground({ question(answers) }, ::tell)

    private fun tell(answer: Answer) = tell(screen.answer(answer))

    private fun tell(text: String) = tell(screen.text(text))

    private fun tell(view: View) {
        result.removeAllViews()
        result.addView(view)
    }

    /** Work off the screen's thread; what it made, or why it could not, is shown. */
    private fun <T> inBackground(work: () -> T, done: (T) -> Unit) {
        worker.execute {
            try {
                val made = work()
                runOnUiThread { done(made) }
            } catch (error: Exception) {
                runOnUiThread { tell(error.message ?: error.toString()) }
            }
        }
    }
}
