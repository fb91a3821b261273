private let outOfReach: Float = 10 // how far below the worst piece an unknown character is

/// Pieces of words as SentencePiece finds them, from its `.model` file: unigram and BPE, with what a
/// character that is no piece is spelled in (bytes), and back from ids to a text.
///
/// Texts are bytes of UTF-8 here (see `Bytes`).
final class SentencePieceTokenizer {
    private typealias Found = (text: Bytes, id: Int)

    private let model: SentencePieceModel
    private let normalizer: Normalizer
    private let unknown: Int
    private let ids: [Bytes: Int]
    private let bytes: [UInt8: Int]
    private let own: [Bytes]
    private let longest: Int
    private let worst: Float
    private let best: Float

    /// - Parameter content: of the `.model` file.
    init(content: Bytes) throws {
        let model = try SentencePieceModel(content: content)
        var ids = [Bytes: Int]()
        var bytes = [UInt8: Int]()
        for (id, piece) in model.pieces.enumerated() {
            switch piece.kind {
            case .normal, .own, .unused: ids[piece.text] = id
            case .byte: bytes[piece.byte] = id
            case .unknown, .control: break
            }
        }
        let scores = model.pieces.filter { $0.kind == .normal }.map(\.score)
        self.model = model
        self.normalizer = Normalizer(model: model)
        self.unknown = model.pieces.firstIndex { $0.kind == .unknown } ?? 0
        self.ids = ids
        self.bytes = bytes
        self.own = model.pieces.filter { $0.kind == .own }.map(\.text)
        self.longest = ids.keys.map(\.count).max() ?? 1
        self.worst = scores.min() ?? 0
        self.best = scores.max() ?? 0
    }

    /// The ids of a text's pieces, without marks at its start and end.
    func encode(_ text: String) -> [Int] {
        let clean = normalizer.normalize(text)
        if clean.isEmpty { return [] }
        return spelled(model.isUnigram ? likeliest(clean) : merged(clean))
    }

    /// The text that ids spell; marks spell nothing.
    func decode(_ pieces: [Int]) -> String {
        var text = Bytes()
        var spelling = Bytes()
        var atStart = true
        var blankSeen = false
        for id in pieces {
            let piece = model.pieces[id]
            if piece.kind == .byte {
                spelling.append(piece.byte)
                continue
            }
            text += shown(spelling)
            spelling.removeAll()
            if blankSeen || !text.isEmpty { atStart = false }
            let (part, hasBlank) = shown(piece, atStart)
            blankSeen = hasBlank
            text += part
        }
        text += shown(spelling)
        return textOf(text)
    }

    /// Bytes that spell characters; what is no UTF-8 is shown as `�`.
    private func shown(_ spelling: Bytes) -> Bytes {
        var text = Bytes()
        var at = 0
        while at < spelling.count {
            let size = characterSize(spelling, at)
            text += size == 0 ? Bytes("\u{fffd}".utf8) : Bytes(spelling[at..<at + size])
            at += max(1, size)
        }
        return text
    }

    private func shown(_ piece: Piece, _ atStart: Bool) -> (Bytes, Bool) {
        if piece.kind == .control { return ([], false) }
        if piece.kind == .unknown { return (model.unknownText, false) }
        let cut = atStart && (model.addsBlank || model.dropsBlanks) && piece.text.starts(with: blank)
        let part = cut ? piece.text.dropFirst(blank.count) : piece.text[...]
        return (withBlanks(Bytes(part)), cut && !model.dropsBlanks)
    }

    private func withBlanks(_ text: Bytes) -> Bytes {
        var result = Bytes()
        var at = 0
        while at < text.count {
            if text[at...].starts(with: blank) {
                result.append(0x20)
                at += blank.count
            } else {
                result.append(text[at])
                at += 1
            }
        }
        return result
    }

    /// Pieces found, unknown ones spelled in bytes, or one for a whole run of them.
    private func spelled(_ found: [Found]) -> [Int] {
        var result = [Int]()
        var afterUnknown = false
        for (text, id) in found {
            if id != unknown {
                result.append(id)
            } else if model.spellsInBytes {
                result += text.map { bytes[$0]! }
            } else if !afterUnknown {
                result.append(id)
            }
            afterUnknown = id == unknown
        }
        return result
    }

    /// Unigram: the way through the text with the highest sum of scores.
    private func likeliest(_ text: Bytes) -> [Found] {
        var from = [Int](repeating: -1, count: text.count + 1)
        var piece = [Int](repeating: 0, count: text.count + 1)
        var score = [Float](repeating: 0, count: text.count + 1)
        var start = 0
        while start < text.count {
            let single = start + max(1, characterSize(text, start))
            var hasSingle = false
            var end = single
            while end <= min(text.count, start + longest) {
                let part = Bytes(text[start..<end])
                if let id = ids[part], model.pieces[id].kind != .unused {
                    let total = worth(id, part) + Double(score[start])
                    if from[end] < 0 || total > Double(score[end]) {
                        from[end] = start
                        piece[end] = id
                        score[end] = Float(total)
                    }
                    hasSingle = hasSingle || end == single
                }
                if end == text.count { break }
                end += max(1, characterSize(text, end))
            }
            let total = worst - outOfReach + score[start]
            if !hasSingle && (from[single] < 0 || total > score[single]) {
                from[single] = start
                piece[single] = unknown
                score[single] = total
            }
            start = single
        }
        var found = [Found]()
        var end = text.count
        while end > 0 {
            found.append((Bytes(text[from[end]..<end]), piece[end]))
            end = from[end]
        }
        return found.reversed()
    }

    private func worth(_ id: Int, _ text: Bytes) -> Double {
        if model.pieces[id].kind == .own { return Double(Float(text.count) * best) - 0.1 }
        return Double(model.pieces[id].score)
    }

    private struct Symbol {
        var text: Bytes
        var before: Int
        var after: Int
        let isWhole: Bool
    }

    private struct Merge {
        let left: Int
        let right: Int
        let score: Float
        let text: Bytes

        func goesBefore(_ other: Merge) -> Bool {
            score != other.score ? score > other.score : left < other.left
        }
    }

    /// BPE: two neighbours are joined, the pair with the highest score first, while any pair is a piece.
    private func merged(_ text: Bytes) -> [Found] {
        var symbols = symbolsOf(text)
        var parts = [Bytes: (Bytes, Bytes)]()
        var queue = Heap<Merge> { $0.goesBefore($1) }

        func propose(_ left: Int, _ right: Int) {
            if left < 0 || right < 0 || symbols[left].isWhole || symbols[right].isWhole { return }
            let text = symbols[left].text + symbols[right].text
            guard let id = ids[text] else { return }
            queue.add(Merge(left: left, right: right, score: model.pieces[id].score, text: text))
            if model.pieces[id].kind == .unused { parts[text] = (symbols[left].text, symbols[right].text) }
        }

        for right in symbols.indices.dropFirst() { propose(right - 1, right) }
        while let merge = queue.remove() {
            let left = symbols[merge.left]
            let right = symbols[merge.right]
            let isOld = left.text.isEmpty || right.text.isEmpty || left.text.count + right.text.count != merge.text.count
            if isOld { continue }
            symbols[merge.left].text = merge.text
            symbols[merge.left].after = right.after
            if right.after >= 0 { symbols[right.after].before = merge.left }
            symbols[merge.right].text = []
            propose(left.before, merge.left)
            propose(merge.left, right.after)
        }
        var found = [Found]()
        var at = 0
        while at >= 0 {
            cutUnused(symbols[at].text, parts, &found)
            at = symbols[at].after
        }
        return found
    }

    private func symbolsOf(_ text: Bytes) -> [Symbol] {
        var symbols = [Symbol]()
        var at = 0
        while at < text.count {
            let whole = own.filter { text[at...].starts(with: $0) }.map(\.count).max()
            let size = whole ?? max(1, characterSize(text, at))
            let after = at + size < text.count ? symbols.count + 1 : -1
            let part = Bytes(text[at..<at + size])
            symbols.append(Symbol(text: part, before: symbols.count - 1, after: after, isWhole: whole != nil))
            at += size
        }
        return symbols
    }

    /// A piece that must not be used becomes what it was made of.
    private func cutUnused(_ text: Bytes, _ parts: [Bytes: (Bytes, Bytes)], _ found: inout [Found]) {
        let id = ids[text] ?? unknown
        guard model.pieces[id].kind == .unused, let (left, right) = parts[text] else {
            found.append((text, id))
            return
        }
        cutUnused(left, parts, &found)
        cutUnused(right, parts, &found)
    }
}

/// What goes first is taken first.
private struct Heap<Element> {
    private var elements = [Element]()
    private let goesBefore: (Element, Element) -> Bool

    init(goesBefore: @escaping (Element, Element) -> Bool) {
        self.goesBefore = goesBefore
    }

    mutating func add(_ element: Element) {
        elements.append(element)
        var at = elements.count - 1
        while at > 0 && goesBefore(elements[at], elements[(at - 1) / 2]) {
            elements.swapAt(at, (at - 1) / 2)
            at = (at - 1) / 2
        }
    }

    mutating func remove() -> Element? {
        guard let first = elements.first else { return nil }
        let last = elements.removeLast()
        if !elements.isEmpty {
            elements[0] = last
            sink()
        }
        return first
    }

    private mutating func sink() {
        var at = 0
        while true {
            let children = [2 * at + 1, 2 * at + 2].filter { $0 < elements.count }
            guard let child = children.min(by: { goesBefore(elements[$0], elements[$1]) }) else { return }
            if !goesBefore(elements[child], elements[at]) { return }
            elements.swapAt(child, at)
            at = child
        }
    }
}
