"""An Android app: a Gradle project in Kotlin, on LiteRT's CompiledModel."""
