/// A sentence in one language to a sentence in another.
struct Translator: Stepper {
    private let tokenizer: PairTokenizer
    private let search: TranslationSearch
    private let network: Network
    private let reading: Signature
    private let saying: Signature
    private let source: TensorSpec
    private let token: TensorSpec
    private let position: TensorSpec
    private let logits: String
    private let attention: String
    private let padding: Int
    private let zeros: Set<String>

    /// - Parameters:
    ///   - preprocessing: of `bundle.json`, of kind `sentencepiece`.
    ///   - answer: of `bundle.json`, of kind `translation`.
    ///   - signatures: of the network: one that reads, one that says what may follow.
    init(preprocessing: Json, answer: Json, signatures: [Signature], network: Network, files: Files) throws {
        tokenizer = try PairTokenizer(spec: preprocessing, files: files)
        search = try TranslationSearch(answer: answer)
        self.network = network
        reading = try Translator.found(signatures, \.name, answer.at("encode").text)
        saying = try Translator.found(signatures, \.name, answer.at("step").text)
        source = try Translator.found(reading.inputs, \.name, answer.at("source").text)
        token = try Translator.found(saying.inputs, \.name, answer.at("token").text)
        position = try Translator.found(saying.inputs, \.name, answer.at("position").text)
        logits = try answer.at("logits").text
        attention = try answer.at("attention").text
        padding = try preprocessing.at("pad_id").int
        zeros = Set(try answer.at("state").at("zeros").items.map { try $0.text })
    }

    private static func found<T>(_ values: [T], _ name: KeyPath<T, String>, _ wanted: String) throws -> T {
        guard let value = values.first(where: { $0[keyPath: name] == wanted }) else {
            throw Wrong("the network has no \"\(wanted)\".")
        }
        return value
    }

    /// The translation of a text, read as one sentence; empty for one without words.
    func translate(_ text: String) throws -> String {
        let ids = tokenizer.encode(text)
        return ids.count == 1 ? "" : tokenizer.decode(try search.search(self, ids).ids)
    }

    func start(_ ids: [Int]) throws -> [String: Tensor] {
        let row = try source.of(padded(ids, length: source.size, padding: padding))
        var state = try network.run(reading.name, [source.name: row])
        for spec in saying.inputs where zeros.contains(spec.name) && state[spec.name] == nil {
            state[spec.name] = try spec.zeros()
        }
        return state
    }

    func step(_ token: Int, at position: Int, _ state: [String: Tensor]) throws -> Step<[String: Tensor]> {
        var asked = [self.token.name: try self.token.of([token]), self.position.name: try self.position.of([position])]
        for spec in saying.inputs where asked[spec.name] == nil { asked[spec.name] = state[spec.name] }
        var given = try network.run(saying.name, asked)
        guard case .floats(let logits)? = given.removeValue(forKey: self.logits) else {
            throw Wrong("the network gives no \"\(self.logits)\".")
        }
        given.removeValue(forKey: attention)
        return Step(logits: logits, state: state.merging(given) { _, new in new })
    }
}
