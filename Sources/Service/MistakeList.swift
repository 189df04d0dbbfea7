import Diagnosis
import WireFormat

/// The catalogue for `GET /mistakes`, from the registry.
enum MistakeList {
    static let json: [UInt8] = {
        var writer = JSONWriter()
        writer.object { writer in
            writer.name("mistakes")
            writer.array { writer in
                for entry in MistakeCatalog.all {
                    writer.object { writer in
                        for (name, text) in [
                            ("id", entry.id), ("title", entry.title), ("program", entry.program),
                            ("gives", entry.gives),
                            ("sign", entry.sign), ("fix", entry.fix),
                        ] {
                            writer.name(name)
                            writer.string(text)
                        }
                    }
                }
            }
        }
        return writer.bytes
    }()
}
