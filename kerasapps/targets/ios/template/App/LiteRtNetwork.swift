import Foundation
import LiteRT

/// A model file in LiteRT. For one thread at a time.
///
/// On the CPU, where the file was judged. For the GPU add the package's product `LiteRtMetalAccelerator`
/// and ask for `[.gpu, .cpu]`; then hold the answers against those of the CPU.
final class LiteRtNetwork: Network {
    private let calls: [String: Call]

    /// - Parameters:
    ///   - path: of the file.
    ///   - signatures: that `bundle.json` lists for it, in the file's order.
    init(path: String, signatures: [Signature]) throws {
        let environment = try Environment()
        let options = try Options()
        try options.setHardwareAccelerators([.cpu])
        let model = try CompiledModel(filePath: path, environment: environment, options: options)
        var calls = [String: Call]()
        for (index, signature) in signatures.enumerated() {
            calls[signature.name] = try Call(model: model, signature: signature, index: index)
        }
        self.calls = calls
    }

    func run(_ signature: String, _ inputs: [String: Tensor]) throws -> [String: Tensor] {
        guard let call = calls[signature] else { throw Wrong("the network has no \"\(signature)\".") }
        return try call.run(inputs)
    }
}

/// One signature with the memory of its tensors.
private final class Call {
    private let model: CompiledModel
    private let index: Int
    private let inputs: [TensorBuffer]
    private let outputs: [TensorBuffer]
    private let inputNames: [String]
    private let outputSpecs: [TensorSpec]

    init(model: CompiledModel, signature: Signature, index: Int) throws {
        self.model = model
        self.index = index
        inputs = try model.createInputBuffers(signatureIndex: index)
        outputs = try model.createOutputBuffers(signatureIndex: index)
        inputNames = try inputs.indices.map { try model.inputName(inputIndex: $0, signatureIndex: index) }
        outputSpecs = try outputs.indices.map { place in
            let name = try model.outputName(outputIndex: place, signatureIndex: index)
            guard let spec = signature.outputs.first(where: { $0.name == name }) else {
                throw Wrong("bundle.json does not know the network's \"\(name)\".")
            }
            return spec
        }
    }

    func run(_ values: [String: Tensor]) throws -> [String: Tensor] {
        for (name, buffer) in zip(inputNames, inputs) {
            guard let tensor = values[name] else { throw Wrong("the network wants \"\(name)\".") }
            try write(tensor, to: buffer)
        }
        try model.run(inputs: inputs, outputs: outputs, signatureIndex: index)
        var found = [String: Tensor]()
        for (spec, buffer) in zip(outputSpecs, outputs) { found[spec.name] = try read(buffer, spec.dtype) }
        return found
    }

    private func write(_ tensor: Tensor, to buffer: TensorBuffer) throws {
        switch tensor {
        case .floats(let values): try buffer.write(values)
        case .ints(let values): try buffer.write(values)
        case .octets(let values): try buffer.write(values)
        }
    }

    private func read(_ buffer: TensorBuffer, _ dtype: String) throws -> Tensor {
        switch dtype {
        case "float32": return .floats(try buffer.read())
        case "int32": return .ints(try buffer.read())
        default: return .octets(try buffer.read())
        }
    }
}
