package kerasapps.app

import android.content.ContentProvider
import android.content.ContentResolver
import android.content.ContentValues
import android.content.Context
import android.database.Cursor
import android.graphics.Bitmap
import android.graphics.BitmapFactory
import android.media.ExifInterface
import android.net.Uri
import android.os.ParcelFileDescriptor
import java.io.File
import kerasapps.core.Picture

private const val MOST_PIXELS = 16_000_000L // a photo of more is read at half its size

/** A picture as it was decoded, not turned yet. */
class Photo(val bitmap: Bitmap, private val orientation: Int) {
    /** Upright pixels of 3 channels, or of 1. */
    fun picture(channels: Int): Picture {
        val colours = IntArray(bitmap.width * bitmap.height)
        bitmap.getPixels(colours, 0, bitmap.width, 0, 0, bitmap.width, bitmap.height)
        return Picture.of(colours, bitmap.width, bitmap.height, orientation, channels)
    }

    companion object {
        /** The picture at a place; null if it is none. */
        fun read(resolver: ContentResolver, uri: Uri): Photo? {
            val bytes = resolver.openInputStream(uri)?.use { it.readBytes() } ?: return null
            val options = BitmapFactory.Options()
            options.inJustDecodeBounds = true
            BitmapFactory.decodeByteArray(bytes, 0, bytes.size, options)
            options.inJustDecodeBounds = false
            options.inScaled = false
            options.inPremultiplied = false // colours as they stand in the file
            options.inSampleSize = 1
            var pixels = options.outWidth.toLong() * options.outHeight
            while (pixels > MOST_PIXELS) {
                options.inSampleSize *= 2
                pixels /= 4
            }
            val bitmap = BitmapFactory.decodeByteArray(bytes, 0, bytes.size, options) ?: return null
            val exif = ExifInterface(bytes.inputStream())
            return Photo(bitmap, exif.getAttributeInt(ExifInterface.TAG_ORIENTATION, 1))
        }
    }
}

/** The one file that a camera app may write to. */
class PhotoProvider : ContentProvider() {
    override fun onCreate(): Boolean = true

    override fun openFile(uri: Uri, mode: String): ParcelFileDescriptor =
        ParcelFileDescriptor.open(file(context!!), ParcelFileDescriptor.parseMode(mode))

    override fun getType(uri: Uri): String = "image/jpeg"

    override fun query(
        uri: Uri, projection: Array<String>?, selection: String?, arguments: Array<String>?, order: String?,
    ): Cursor? = null

    override fun insert(uri: Uri, values: ContentValues?): Uri? = null

    override fun delete(uri: Uri, selection: String?, arguments: Array<String>?): Int = 0

    override fun update(uri: Uri, values: ContentValues?, selection: String?, arguments: Array<String>?): Int = 0

    companion object {
        fun uri(context: Context): Uri = Uri.parse("content://${context.packageName}.photo/photo.jpg")

        private fun file(context: Context): File = File(context.cacheDir, "photo.jpg")
    }
}
