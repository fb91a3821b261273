/// Words of ASCII letters, digits, `_` and `'`, looked up as they are written.
///
/// The first id marks the start, and a word that the vocabulary lacks is unknown. A text ends at a NUL.
struct WordTokenizer: Tokenizer {
    private let length: Int
    private let padding: Int
    private let start: Int
    private let unknown: Int
    private var ids = [Bytes: Int]()

    /// - Parameters:
    ///   - spec: the `preprocessing` of `bundle.json`, of kind `words`.
    ///   - vocabulary: content of its file: a word, a blank and its id a line.
    init(spec: Json, vocabulary: Bytes) throws {
        length = try spec.at("length").int
        padding = try spec.at("pad").at("id").int
        start = try spec.at("start").at("id").int
        unknown = try spec.at("unknown").at("id").int
        for line in linesOf(vocabulary) {
            guard let blank = line.firstIndex(of: 0x20), let id = Int(textOf(line[(blank + 1)...])) else {
                throw Wrong("the vocabulary has a line that is not a word, a blank and its id.")
            }
            ids[Bytes(line[..<blank])] = id
        }
    }

    func encode(_ text: String) -> [Int] {
        var found = [start]
        var word = Bytes()
        for byte in Bytes(text.utf8).prefix(while: { $0 != 0 }) + [0x20] {
            if isOfWord(byte) {
                word.append(byte)
            } else if !word.isEmpty {
                if found.count == length { break }
                found.append(ids[word] ?? unknown)
                word.removeAll()
            }
        }
        return padded(found, length: length, padding: padding)
    }

    private func isOfWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): return true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "'"): return true
        default: return false
        }
    }
}
