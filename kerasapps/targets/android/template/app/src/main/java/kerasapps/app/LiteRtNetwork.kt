package kerasapps.app

import android.content.res.AssetManager
import com.google.ai.edge.litert.Accelerator
import com.google.ai.edge.litert.CompiledModel
import com.google.ai.edge.litert.TensorBuffer
import kerasapps.core.Floats
import kerasapps.core.Ints
import kerasapps.core.Network
import kerasapps.core.Octets
import kerasapps.core.Signature
import kerasapps.core.Tensor

/**
 * A model file in LiteRT. For one thread at a time.
 *
 * On the CPU, where the file was judged. For the GPU add `com.google.ai.edge.litert:litert-gpu` and
 * give `Accelerator.GPU, Accelerator.CPU`; then hold the answers against those of the CPU.
 *
 * @param path of the file among the app's assets.
 * @param signatures that `bundle.json` lists for it.
 */
class LiteRtNetwork(assets: AssetManager, path: String, signatures: List<Signature>) : Network, AutoCloseable {
    private val model = CompiledModel.create(assets, path, CompiledModel.Options(Accelerator.CPU))
    private val calls = signatures.associate { it.name to Call(model, it) }

    override fun run(signature: String, inputs: Map<String, Tensor>): Map<String, Tensor> =
        calls.getValue(signature).run(inputs)

    override fun close() {
        calls.values.forEach(Call::close)
        model.close()
    }
}

/** One signature with the memory of its tensors. */
private class Call(private val model: CompiledModel, private val signature: Signature) : AutoCloseable {
    private val inputs: Map<String, TensorBuffer> =
        signature.inputs.associate { it.name to model.createInputBuffer(it.name, signature.name) }
    private val outputs: Map<String, TensorBuffer> =
        signature.outputs.associate { it.name to model.createOutputBuffer(it.name, signature.name) }

    fun run(values: Map<String, Tensor>): Map<String, Tensor> {
        for ((name, buffer) in inputs) write(values.getValue(name), buffer)
        model.run(inputs, outputs, signature.name)
        return signature.outputs.associate { it.name to read(outputs.getValue(it.name), it.dtype) }
    }

    override fun close() {
        inputs.values.forEach(TensorBuffer::close)
        outputs.values.forEach(TensorBuffer::close)
    }

    private fun write(tensor: Tensor, buffer: TensorBuffer) = when (tensor) {
        is Floats -> buffer.writeFloat(tensor.values)
        is Ints -> buffer.writeInt(tensor.values)
        is Octets -> buffer.writeInt8(tensor.values) // of either sign: bytes are copied as they are
    }

    private fun read(buffer: TensorBuffer, dtype: String): Tensor = when (dtype) {
        "float32" -> Floats(buffer.readFloat())
        "int32" -> Ints(buffer.readInt())
        else -> Octets(buffer.readInt8())
    }
}
