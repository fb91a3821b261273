let blank = Bytes("\u{2581}".utf8) // "▁"
private let space: UInt8 = 0x20
private let replacement = Bytes("\u{fffd}".utf8)

/// How SentencePiece cleans a text before it looks for pieces: rules from the model's file say what
/// becomes of characters and runs of them; blanks become `▁`.
///
/// The rules stand in a double-array trie, as Darts-clone lays it out: 32 bits a node.
struct Normalizer {
    private let model: SentencePieceModel
    private let trie: [UInt32]
    private let texts: Bytes
    private let own: [Bytes]

    init(model: SentencePieceModel) {
        self.model = model
        let map = model.charsmap
        let size = map.isEmpty ? 0 : Int(Normalizer.littleEndian(map, 0))
        trie = (0..<size / 4).map { Normalizer.littleEndian(map, 4 + 4 * $0) }
        texts = map.isEmpty ? [] : Bytes(map[(4 + size)...])
        own = model.pieces.filter { $0.kind == .own }.map(\.text)
    }

    /// The cleaned text, as bytes.
    func normalize(_ text: String) -> Bytes {
        let input = Bytes(text.utf8)
        let mark = model.escapesBlanks ? blank : [space]
        var output = Bytes()
        var at = 0
        if model.dropsBlanks {
            while at < input.count {
                let (found, length) = next(input, at)
                if found != [space] { break }
                at += length
            }
        }
        if at == input.count { return [] }
        if model.addsBlank && !model.blankIsSuffix { output += mark }
        var afterBlank = model.dropsBlanks
        while at < input.count {
            let (found, length) = next(input, at)
            let kept = afterBlank ? Bytes(found.drop(while: { $0 == space })) : found
            for byte in kept {
                if byte == space { output += mark } else { output.append(byte) }
            }
            if let last = kept.last { afterBlank = last == space }
            if !model.dropsBlanks { afterBlank = false }
            at += length
        }
        if model.dropsBlanks {
            while output.count >= mark.count && output.suffix(mark.count).elementsEqual(mark) {
                output.removeLast(mark.count)
            }
        }
        if model.addsBlank && model.blankIsSuffix { output += mark }
        return output
    }

    /// What the next bytes become, and how many they are.
    private func next(_ input: Bytes, _ at: Int) -> (Bytes, Int) {
        let symbols = own.filter { input[at...].starts(with: $0) }
        if let symbol = symbols.max(by: { $0.count < $1.count }) { return (symbol, symbol.count) }
        let (length, place) = longestRule(input, at)
        if length > 0 { return (Bytes(texts[place...].prefix(while: { $0 != 0 })), length) }
        let size = characterSize(input, at)
        return size > 0 ? (Bytes(input[at..<at + size]), size) : (replacement, 1)
    }

    private func longestRule(_ input: Bytes, _ at: Int) -> (Int, Int) {
        var length = 0
        var value = 0
        if trie.isEmpty { return (length, value) }
        var node = offset(trie[0])
        for place in at..<input.count {
            let byte = UInt32(input[place])
            node ^= Int(byte)
            if node >= trie.count { break }
            let unit = trie[node]
            if unit & (1 << 31 | 0xff) != byte { break }
            node ^= offset(unit)
            if unit >> 8 & 1 == 1 {
                length = place + 1 - at
                value = Int(trie[node] & 0x7fffffff)
            }
        }
        return (length, value)
    }

    private func offset(_ unit: UInt32) -> Int {
        Int((unit >> 10) << ((unit & (1 << 9)) >> 6))
    }

    private static func littleEndian(_ bytes: Bytes, _ at: Int) -> UInt32 {
        (0...3).reduce(0) { $0 | UInt32(bytes[at + $1]) << UInt32(8 * $1) }
    }
}

/// How many bytes the character at a place has, 0 if they are no UTF-8.
func characterSize(_ bytes: Bytes, _ at: Int) -> Int {
    let first = bytes[at]
    let size: Int
    switch first {
    case 0..<0x80: return 1
    case 0xc0..<0xe0: size = 2
    case 0xe0..<0xf0: size = 3
    case 0xf0..<0xf8: size = 4
    default: return 0
    }
    if at + size > bytes.count { return 0 }
    var code = UInt32(first & (0xff >> UInt8(size + 1)))
    for byte in bytes[(at + 1)..<(at + size)] {
        if byte & 0xc0 != 0x80 { return 0 }
        code = code << 6 | UInt32(byte & 0x3f)
    }
    let least: UInt32 = [0x80, 0x800, 0x10000][size - 2]
    return code < least || (0xd800...0xdfff).contains(code) || code > 0x10ffff ? 0 : size
}
