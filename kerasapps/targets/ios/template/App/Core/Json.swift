import Foundation

/// What is wrong with a bundle or an input, in words.
struct Wrong: LocalizedError {
    let errorDescription: String?

    init(_ words: String) {
        errorDescription = words
    }
}

/// A value of a JSON file: of `bundle.json` above all.
struct Json {
    private let value: Any

    private init(_ value: Any) {
        self.value = value
    }

    /// Reads a whole file, UTF-8.
    init(content: Data) throws {
        value = try JSONSerialization.jsonObject(with: content)
    }

    var text: String { get throws { try expected("a text", value as? String) } }

    var number: Double { get throws { try expected("a number", (value as? NSNumber)?.doubleValue) } }

    var int: Int { get throws { Int(try number) } }

    var flag: Bool { get throws { try expected("true or false", (value as? NSNumber)?.boolValue) } }

    var items: [Json] { get throws { try expected("a list", value as? [Any]).map { Json($0) } } }

    /// A field of an object; nil where there is none, or where it is null.
    func find(_ name: String) -> Json? {
        guard let field = (value as? [String: Any])?[name], !(field is NSNull) else { return nil }
        return Json(field)
    }

    /// A field that must be there.
    func at(_ name: String) throws -> Json {
        guard let field = find(name) else { throw Wrong("bundle.json has no \"\(name)\" where it should.") }
        return field
    }

    private func expected<T>(_ words: String, _ found: T?) throws -> T {
        guard let found else { throw Wrong("bundle.json has \(value) where \(words) should be.") }
        return found
    }
}
