import Foundation

/// A class and how sure the network is of it, 0 to 1.
struct Score: Identifiable {
    let id: Int
    let label: String
    let score: Float
}

/// What a bundle holds, as its `bundle.json` explains it: from what users have to what they read.
///
/// Nothing of it changes, so that any thread may ask it.
final class ModelBundle: @unchecked Sendable {
    private let files: Files
    private let preprocessing: Json
    private let answer: Json
    private let labels: [String]
    private let texts: Tokenizer?

    /// `picture`, `words`, `wordpieces`, `sentencepiece` or `rows`.
    let inputKind: String

    /// `classes`, `number` or `translation`.
    let answerKind: String

    /// Name of the file with the network.
    let network: String

    /// What can be run of the network.
    let signatures: [Signature]

    let pictures: PictureReader?
    let rows: RowReader?

    /// - Parameter files: content of a file of the bundle by its name.
    init(files: @escaping Files) throws {
        let manifest = try Json(content: Data(files("bundle.json")))
        let artifact = try manifest.at("artifacts").items[0]
        let preprocessing = try manifest.at("preprocessing")
        let kind = try preprocessing.at("kind").text
        self.files = files
        self.preprocessing = preprocessing
        answer = try manifest.at("answer")
        labels = try manifest.at("labels").items.map { try $0.text }
        inputKind = kind
        answerKind = try manifest.at("answer").at("kind").text
        network = try artifact.at("path").text
        signatures = try artifact.at("runtime").at("signatures").items.map { try Signature(spec: $0) }
        pictures = try kind == "picture" ? PictureReader(spec: preprocessing) : nil
        rows = try kind == "rows" ? RowReader(spec: preprocessing) : nil
        texts = try ModelBundle.tokenizer(kind, preprocessing, files)
    }

    /// A network for one input at a time: what it takes, and what it gives.
    var signature: Signature { signatures[0] }

    private static func tokenizer(_ kind: String, _ spec: Json, _ files: Files) throws -> Tokenizer? {
        guard kind == "words" || kind == "wordpieces" else { return nil }
        let vocabulary = try files(spec.at("files").items[0].at("path").text)
        if kind == "words" { return try WordTokenizer(spec: spec, vocabulary: vocabulary) }
        let characters = try Characters(table: files("characters.txt"))
        return try WordPieceTokenizer(spec: spec, vocabulary: vocabulary, characters: characters)
    }

    /// What the network takes of a picture.
    func inputs(of picture: Picture) throws -> [String: Tensor] {
        let spec = signature.inputs[0]
        let read = pictures!.read(picture)
        let channels = spec.shape[spec.shape.count - 1]
        // A network for grey pictures may take them in three channels, as clients have them.
        let values = (0..<spec.size).map {
            Int(read.pixels[$0 / channels * read.channels + $0 % channels % read.channels])
        }
        return [spec.name: try spec.of(values)]
    }

    /// What the network takes of a text: its ids, and where BERT's inputs are asked for, those.
    func inputs(of text: String) throws -> [String: Tensor] {
        let ids = texts!.encode(text)
        if signature.inputs.count == 1 { return [signature.inputs[0].name: try signature.inputs[0].of(ids)] }
        let padding = try preprocessing.at("pad").at("id").int
        var inputs = [String: Tensor]()
        for spec in signature.inputs {
            switch spec.name {
            case "input_word_ids": inputs[spec.name] = try spec.of(ids)
            case "input_mask": inputs[spec.name] = try spec.of(ids.map { $0 == padding ? 0 : 1 })
            default: inputs[spec.name] = try spec.zeros()
            }
        }
        return inputs
    }

    /// What the network takes of a row: column → text, empty where the value is missing.
    func inputs(of row: [String: String]) throws -> [String: Tensor] {
        var inputs = [String: Tensor]()
        for spec in signature.inputs {
            inputs[spec.name] = try spec.name == "numbers" ? spec.of(rows!.numbers(row)) : spec.of(rows!.categories(row))
        }
        return inputs
    }

    /// The numbers that a network gives: a score for each class, or the one number.
    func numbers(of outputs: [String: Tensor]) throws -> [Float] {
        let spec = signature.outputs[0]
        guard let output = outputs[spec.name] else { throw Wrong("the network gives no \"\(spec.name)\".") }
        return spec.numbers(output)
    }

    /// The classes, the likeliest first.
    func ranked(_ scores: [Float]) -> [Score] {
        let all = labels.indices.map { Score(id: $0, label: labels[$0], score: scores[$0]) }
        return all.sorted { $0.score != $1.score ? $0.score > $1.score : $0.id < $1.id }
    }

    /// Why the likeliest class is no answer, in words; empty where it is one.
    func noAnswer(_ scores: [Float]) throws -> String {
        guard let best = ranked(scores).first else { return "" }
        if let foreign = try answer.find("unknown_label")?.text, best.label == foreign { return "none of these" }
        if let unknown = try answer.find("unknown")?.number, best.score < Float(unknown) { return "none of these" }
        guard let thresholds = try answer.find("thresholds")?.items else { return "" }
        return best.score < Float(try thresholds[best.id].number) ? "not sure" : ""
    }

    /// A translator around a network.
    func translator(_ network: Network) throws -> Translator {
        try Translator(preprocessing: preprocessing, answer: answer, signatures: signatures, network: network, files: files)
    }
}
