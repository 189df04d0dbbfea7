import WireFormat

/// The catalogue for `GET /mistakes`.
enum MistakeList {
    static let json: [UInt8] = {
        var writer = JSONWriter()
        writer.object { writer in
            writer.name("mistakes")
            writer.array { _ in }
        }
        return writer.bytes
    }()
}
