/// Turns a text into the ids that a model takes.
protocol Tokenizer {
    /// As many ids as the model reads: cut off, or filled up with padding.
    func encode(_ text: String) -> [Int]
}

/// A text as its bytes of UTF-8.
///
/// Swift takes "é" and "e" with an accent behind it for equal texts, and a line's two ends "\r\n" for one
/// character. Vocabularies tell them apart: so all that looks things up does it by bytes or code points.
typealias Bytes = [UInt8]

/// The lines of a vocabulary, as they stand: a token may hold rare characters that also end lines.
func linesOf(_ content: Bytes) -> [Bytes] {
    let mark: Bytes = [0xef, 0xbb, 0xbf]
    let body = content.starts(with: mark) ? content.dropFirst(3) : content[...]
    var lines = [Bytes]()
    var line = Bytes()
    for byte in body {
        if byte == 0x0a {
            if line.last == 0x0d { line.removeLast() }
            lines.append(line)
            line.removeAll()
        } else {
            line.append(byte)
        }
    }
    if !line.isEmpty || lines.isEmpty { lines.append(line) }
    return lines
}

/// The characters of a text as numbers of Unicode.
func codesOf(_ text: String) -> [UInt32] {
    text.unicodeScalars.map(\.value)
}

/// The characters that numbers of Unicode stand for, as bytes.
func bytesOf(_ codes: some Sequence<UInt32>) -> Bytes {
    var scalars = String.UnicodeScalarView()
    for code in codes { scalars.append(Unicode.Scalar(code) ?? "\u{fffd}") }
    return Bytes(String(scalars).utf8)
}

/// A text of bytes that are UTF-8.
func textOf(_ bytes: some Collection<UInt8>) -> String {
    String(decoding: bytes, as: UTF8.self)
}

/// At most `length` ids, filled up on the right.
func padded(_ ids: [Int], length: Int, padding: Int) -> [Int] {
    (0..<length).map { $0 < ids.count ? ids[$0] : padding }
}
