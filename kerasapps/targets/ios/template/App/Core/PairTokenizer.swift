/// Reads a file of the bundle by its name.
typealias Files = (String) throws -> Bytes

/// The two sides of a translator: a sentence to ids, and ids to a sentence.
struct PairTokenizer {
    private let source: SentencePieceTokenizer
    private let target: SentencePieceTokenizer
    private let length: Int
    private let end: Int

    /// - Parameter spec: the `preprocessing` of `bundle.json`, of kind `sentencepiece`.
    init(spec: Json, files: Files) throws {
        let name = try spec.at("source_file").text
        let other = try spec.at("target_file").text
        source = try SentencePieceTokenizer(content: files(name))
        target = try other == name ? source : SentencePieceTokenizer(content: files(other))
        length = try spec.at("source_length").int
        end = try spec.at("end_id").int
    }

    /// The ids of a sentence and the end mark; what is longer than the model reads is cut off.
    func encode(_ text: String) -> [Int] {
        Array(source.encode(text).prefix(length - 1)) + [end]
    }

    /// The sentence that ids spell, up to the end mark.
    func decode(_ ids: [Int]) -> String {
        target.decode(Array(ids.prefix { $0 != end }))
    }
}
