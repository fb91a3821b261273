/// How pieces of a SentencePiece model are used.
enum PieceKind: Int {
    case normal = 1, unknown, control, own, unused, byte
}

/// One piece, as bytes: `▁` stands for a blank.
struct Piece {
    let text: Bytes
    let score: Float
    let kind: PieceKind

    /// Of a piece such as `<0xE2>`: the byte that it spells.
    var byte: UInt8 { UInt8(textOf(text[3..<5]), radix: 16)! }
}

/// What a SentencePiece `.model` file holds.
struct SentencePieceModel {
    private(set) var pieces = [Piece]()
    private(set) var isUnigram = true
    private(set) var spellsInBytes = false
    private(set) var blankIsSuffix = false
    private(set) var unknownText = Bytes(" \u{2047} ".utf8)
    private(set) var charsmap = Bytes()
    private(set) var addsBlank = true
    private(set) var dropsBlanks = true
    private(set) var escapesBlanks = true

    /// - Parameter content: of the file: a protocol buffer `ModelProto`.
    init(content: Bytes) throws {
        for field in try fieldsOf(content) {
            switch field.number {
            case 1: pieces.append(try SentencePieceModel.piece(field.content))
            case 2: try readTraining(field.content)
            case 3: try readNormalizing(field.content)
            default: break
            }
        }
    }

    private static func piece(_ message: Bytes) throws -> Piece {
        var text = Bytes()
        var score: Float = 0
        var kind = PieceKind.normal
        for field in try fieldsOf(message) {
            switch field.number {
            case 1: text = field.content
            case 2: score = field.float
            case 3: kind = PieceKind(rawValue: Int(field.value)) ?? .normal
            default: break
            }
        }
        return Piece(text: text, score: score, kind: kind)
    }

    private mutating func readTraining(_ message: Bytes) throws {
        for field in try fieldsOf(message) {
            switch field.number {
            case 3: isUnigram = try SentencePieceModel.model(Int(field.value))
            case 24: blankIsSuffix = field.flag
            case 35: spellsInBytes = field.flag
            case 44: unknownText = field.content
            default: break
            }
        }
    }

    private static func model(_ kind: Int) throws -> Bool {
        guard kind == 1 || kind == 2 else {
            throw Wrong("a SentencePiece model of kind \(kind); known are 1 (unigram) and 2 (bpe).")
        }
        return kind == 1
    }

    private mutating func readNormalizing(_ message: Bytes) throws {
        for field in try fieldsOf(message) {
            switch field.number {
            case 2: charsmap = field.content
            case 3: addsBlank = field.flag
            case 4: dropsBlanks = field.flag
            case 5: escapesBlanks = field.flag
            default: break
            }
        }
    }
}
