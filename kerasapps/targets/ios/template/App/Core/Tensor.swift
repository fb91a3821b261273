/// The content of a tensor, row after row.
enum Tensor {
    case floats([Float])
    case ints([Int32])

    /// Of 8 bits, with a sign or without one.
    case octets([UInt8])
}

/// A network in a file: takes and gives tensors by their names in one of its signatures.
protocol Network {
    func run(_ signature: String, _ inputs: [String: Tensor]) throws -> [String: Tensor]
}

/// A tensor as `bundle.json` describes it.
struct TensorSpec {
    let name: String
    let shape: [Int]
    let dtype: String
    private let scale: Float
    private let zero: Int

    init(spec: Json) throws {
        name = try spec.at("name").text
        shape = try spec.at("shape").items.map { try $0.int }
        dtype = try spec.at("dtype").text
        scale = Float(try spec.find("scale")?.number ?? 0)
        zero = try spec.find("zero_point")?.int ?? 0
    }

    /// How many values it holds.
    var size: Int { shape.reduce(1, *) }

    /// Zeros: what a cache begins with.
    func zeros() throws -> Tensor {
        try of([Float](repeating: 0, count: size))
    }

    /// Whole numbers, such as pixels and ids, as the tensor has them.
    func of(_ values: [Int]) throws -> Tensor {
        try dtype == "int32" ? .ints(values.map { Int32($0) }) : of(values.map { Float($0) })
    }

    /// Numbers as the tensor has them: on its own scale where it has one.
    func of(_ values: [Float]) throws -> Tensor {
        switch dtype {
        case "float32": return .floats(values)
        case "int32": return .ints(values.map { Int32($0) })
        case "uint8": return .octets(values.map { UInt8(octet($0, 0, 255)) })
        case "int8": return .octets(values.map { UInt8(bitPattern: Int8(octet($0, -128, 127))) })
        default: throw Wrong("the tensor \"\(name)\" is of \(dtype), which this app does not know.")
        }
    }

    private func octet(_ value: Float, _ least: Int, _ most: Int) -> Int {
        let plain = zero == 0 && (scale == 0 || abs(scale - 1) < 1e-5)
        let whole = plain ? Int(value) : Int((value / scale).rounded(.toNearestOrEven)) + zero
        return max(least, min(most, whole))
    }

    /// The numbers that a tensor means.
    func numbers(_ tensor: Tensor) -> [Float] {
        switch tensor {
        case .floats(let values): return values
        case .ints(let values): return values.map { Float(Int($0) - zero) * scale }
        case .octets(let values):
            return values.map { Float((dtype == "uint8" ? Int($0) : Int(Int8(bitPattern: $0))) - zero) * scale }
        }
    }
}

/// What a network takes and gives when one of its signatures is run.
struct Signature {
    let name: String
    let inputs: [TensorSpec]
    let outputs: [TensorSpec]

    init(spec: Json) throws {
        name = try spec.at("name").text
        inputs = try spec.at("inputs").items.map { try TensorSpec(spec: $0) }
        outputs = try spec.at("outputs").items.map { try TensorSpec(spec: $0) }
    }
}
