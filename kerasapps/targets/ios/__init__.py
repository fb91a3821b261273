"""An iOS app: an Xcode project in Swift, on LiteRT's CompiledModel."""
