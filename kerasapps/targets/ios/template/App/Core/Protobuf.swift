/// One field of a message: a number for all kinds but texts, bytes and messages.
struct Field {
    let number: Int
    let value: UInt64
    let content: Bytes

    var flag: Bool { value != 0 }

    var float: Float { Float(bitPattern: UInt32(truncatingIfNeeded: value)) }
}

/// The fields of a protocol buffer's message, in their order.
func fieldsOf(_ message: Bytes) throws -> [Field] {
    var fields = [Field]()
    var at = 0

    func byte() throws -> UInt8 {
        guard at < message.count else { throw Wrong("this is no SentencePiece model.") }
        at += 1
        return message[at - 1]
    }

    func varint() throws -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let next = try byte()
            value |= UInt64(next & 0x7f) << shift
            if next < 0x80 { return value }
            shift += 7
        }
    }

    func fixed(_ count: Int) throws -> UInt64 {
        var value: UInt64 = 0
        for place in 0..<count { value |= UInt64(try byte()) << UInt64(8 * place) }
        return value
    }

    while at < message.count {
        let key = Int(try varint())
        let number = key >> 3
        switch key & 7 {
        case 0: fields.append(Field(number: number, value: try varint(), content: []))
        case 1: fields.append(Field(number: number, value: try fixed(8), content: []))
        case 2:
            let size = Int(try varint())
            guard at + size <= message.count else { throw Wrong("this is no SentencePiece model.") }
            fields.append(Field(number: number, value: 0, content: Bytes(message[at..<at + size])))
            at += size
        case 5: fields.append(Field(number: number, value: try fixed(4), content: []))
        default: throw Wrong("this is no SentencePiece model.")
        }
    }
    return fields
}
