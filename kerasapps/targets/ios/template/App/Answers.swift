import Foundation

/// What users read: classes with their scores, or a text; both where no class is the answer.
struct Answer {
    let scores: [Score]
    let text: String
    let milliseconds: Double
}

/// The bundle in the app, ready to answer: one question after another, off the screen's thread.
///
/// Reading a picture's pixels, a text's ids and a row's numbers, the network, and reading its answer:
/// all of it is timed, as all of it is what users wait for.
actor Answers {
    nonisolated let bundle: ModelBundle

    private let network: LiteRtNetwork
    private let translator: Translator?

    init() throws {
        let folder = Bundle.main.bundleURL.appendingPathComponent("bundle")
        let bundle = try ModelBundle { name in Bytes(try Data(contentsOf: folder.appendingPathComponent(name))) }
        let path = folder.appendingPathComponent(bundle.network).path
        let network = try LiteRtNetwork(path: path, signatures: bundle.signatures)
        self.bundle = bundle
        self.network = network
        translator = try bundle.answerKind == "translation" ? bundle.translator(network) : nil
    }

    func answer(to picture: Picture) throws -> Answer {
        try timed { try bundle.inputs(of: picture) }
    }

    func answer(to row: [String: String]) throws -> Answer {
        try timed { try bundle.inputs(of: row) }
    }

    func answer(to text: String) throws -> Answer {
        guard let translator else { return try timed { try bundle.inputs(of: text) } }
        let start = Date()
        let translation = try translator.translate(text)
        return Answer(scores: [], text: translation, milliseconds: since(start))
    }

    private func timed(_ inputs: () throws -> [String: Tensor]) throws -> Answer {
        let start = Date()
        let numbers = try bundle.numbers(of: network.run(bundle.signature.name, inputs()))
        if bundle.answerKind == "number" {
            return Answer(scores: [], text: "\(numbers[0])", milliseconds: since(start))
        }
        let words = try bundle.noAnswer(numbers)
        return Answer(scores: bundle.ranked(numbers), text: words, milliseconds: since(start))
    }

    private func since(_ start: Date) -> Double {
        1000 * Date().timeIntervalSince(start)
    }
}
