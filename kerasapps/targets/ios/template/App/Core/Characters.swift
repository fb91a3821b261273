private let space: UInt32 = 0x20
private let hangul: UInt32 = 0xac00

/// What BERT makes of each character before it looks for words: a table, so that it is the same on
/// every phone, whatever Unicode its system knows.
///
/// A line of the file is `first last what`, the characters in hexadecimal:
/// `drop`, `space`, `apart` (a blank on either side), `add N` (another character, N further on), `to A B …`
/// (these characters), `hangul` (the letters that a Korean syllable is made of). What is in no line stays.
struct Characters {
    private var first = [UInt32]()
    private var last = [UInt32]()
    private var rules = [[String]]()

    /// - Parameter table: content of the file, its lines in the order of the characters.
    init(table: Bytes) throws {
        for line in linesOf(table) where !line.isEmpty {
            let parts = textOf(line).split(separator: " ").map(String.init)
            guard parts.count > 2, let from = UInt32(parts[0], radix: 16), let to = UInt32(parts[1], radix: 16) else {
                throw Wrong("the table of characters has a line that says nothing.")
            }
            first.append(from)
            last.append(to)
            rules.append(Array(parts[2...]))
        }
    }

    /// The words and punctuation marks of a text, each as its characters.
    func words(_ text: String) -> [[UInt32]] {
        var words = [[UInt32]]()
        var word = [UInt32]()
        for code in codesOf(text).flatMap(become) + [space] {
            if code != space {
                word.append(code)
            } else if !word.isEmpty {
                words.append(word)
                word.removeAll()
            }
        }
        return words
    }

    private func become(_ code: UInt32) -> [UInt32] {
        guard let rule = ruleOf(code) else { return [code] }
        switch rule[0] {
        case "drop": return []
        case "space": return [space]
        case "apart": return [space, code, space]
        case "add": return [UInt32(Int(code) + Int(rule[1])!)]
        case "hangul": return letters(code - hangul)
        default: return rule.dropFirst().map { UInt32($0, radix: 16)! }
        }
    }

    private func ruleOf(_ code: UInt32) -> [String]? {
        var low = 0
        var high = first.count
        while low < high {
            let middle = (low + high) / 2
            if first[middle] <= code { low = middle + 1 } else { high = middle }
        }
        return low > 0 && code <= last[low - 1] ? rules[low - 1] : nil
    }

    private func letters(_ syllable: UInt32) -> [UInt32] {
        let letters = [0x1100 + syllable / 588, 0x1161 + syllable % 588 / 28]
        return syllable % 28 == 0 ? letters : letters + [0x11a7 + syllable % 28]
    }
}
