import Losses

/// Writes the registry of losses for `GET /losses`.
public enum LossListWriter {
    /// `{"losses": [...]}`.
    public static func json() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.name("losses")
            writer.array { writer in
                for loss in LossCatalog.all { self.loss(loss, &writer) }
            }
        }
        return writer.bytes
    }

    private static func loss(_ loss: LossDefinition, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.name("name")
            writer.string(loss.name)
            writer.name("title")
            writer.string(loss.title)
            writer.name("parameters")
            writer.array { writer in
                for parameter in loss.parameters {
                    writer.object { writer in
                        writer.name("name")
                        writer.string(parameter.name)
                        writer.name("default")
                        writer.number(parameter.standard)
                        writer.name("range")
                        writer.string(parameter.range)
                    }
                }
            }
            writer.name("domain")
            writer.string(loss.domain.rawValue)
            formulas("formula", loss.formulas, &writer)
            formulas("latex", loss.latex, &writer)
            writer.name("convex")
            writer.bool(loss.isConvex)
            writer.name("kinks")
            writer.array { writer in
                for kink in loss.kinks { writer.string(kink) }
            }
        }
    }

    private static func formulas(
        _ name: String, _ formulas: (value: String, first: String, second: String), _ writer: inout JSONWriter
    ) {
        writer.name(name)
        writer.object { writer in
            for (part, text) in [("value", formulas.value), ("first", formulas.first), ("second", formulas.second)] {
                writer.name(part)
                writer.string(text)
            }
        }
    }
}
