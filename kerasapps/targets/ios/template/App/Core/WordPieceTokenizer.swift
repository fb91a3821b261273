/// BERT's tokenizer: a start, pieces of words, an end.
///
/// A word is cut from the left into the longest pieces that the vocabulary has; all but the first are
/// listed with `##` before them. A word that cannot be cut so is unknown.
struct WordPieceTokenizer: Tokenizer {
    private let length: Int
    private let padding: Int
    private let start: Int
    private let end: Int
    private let unknown: Int
    private let prefix: Bytes
    private let longestWord: Int
    private let characters: Characters
    private var ids = [Bytes: Int]()
    private var longestPiece = 0

    /// - Parameters:
    ///   - spec: the `preprocessing` of `bundle.json`, of kind `wordpieces`.
    ///   - vocabulary: content of its file: a token a line, whose id is the line's number from 0.
    ///   - characters: what each character becomes; the app brings the table for this bundle.
    init(spec: Json, vocabulary: Bytes, characters: Characters) throws {
        length = try spec.at("length").int
        padding = try spec.at("pad").at("id").int
        start = try spec.at("start").at("id").int
        end = try spec.at("end").at("id").int
        unknown = try spec.at("unknown").at("id").int
        prefix = Bytes(try spec.at("continuing_prefix").text.utf8)
        longestWord = try spec.at("longest_word").int
        self.characters = characters
        for (number, token) in linesOf(vocabulary).enumerated() {
            ids[token] = number
            longestPiece = max(longestPiece, textOf(token).unicodeScalars.count)
        }
    }

    func encode(_ text: String) -> [Int] {
        var found = [start]
        for word in characters.words(text) {
            if found.count >= length { break }
            found += pieces(word)
        }
        return padded(Array(found.prefix(length - 1)) + [end], length: length, padding: padding)
    }

    private func pieces(_ word: [UInt32]) -> [Int] {
        if word.count > longestWord { return [unknown] }
        var found = [Int]()
        var from = 0
        while from < word.count {
            let before = from == 0 ? [] : prefix
            var to = min(word.count, from + longestPiece)
            var id: Int?
            while to > from {
                id = ids[before + bytesOf(word[from..<to])]
                if id != nil { break }
                to -= 1
            }
            guard let id else { return [unknown] }
            found.append(id)
            from = to
        }
        return found
    }
}
