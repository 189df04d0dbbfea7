import Foundation

/// Checks values against the schemas of openapi.yaml, as far as these go: `$ref`, `type`, `const`, `enum`, `oneOf`,
/// `required`, `properties`, `additionalProperties`, `minProperties`, `items`, `minItems`, `minimum`,
/// `exclusiveMinimum`, `exclusiveMaximum`, `maxLength`.
///
/// Stricter than JSON Schema in one thing: where a schema lists properties, others are faults, so that a member which
/// nobody has documented is noticed.
struct SchemaChecker {
    let schemas: [String: [String: Any]]

    /// What is wrong with a value, each with its place; empty where nothing is.
    func faults(_ value: Any, _ schema: [String: Any], at place: String = "") -> [String] {
        var faults: [String] = []
        if let reference = schema["$ref"] as? String {
            let name = String(reference.split(separator: "/").last ?? "")
            guard let target = schemas[name] else { return ["\(place): no schema \(name)"] }
            faults += self.faults(value, target, at: place)
        }
        let types = schema["type"].map { $0 as? [String] ?? ["\($0)"] } ?? []
        if !types.isEmpty, !types.contains(where: { Self.has(value, $0) }) {
            return faults + ["\(place): \(value) is not of type \(types)"]
        }
        if let constant = schema["const"], !Self.equal(value, constant) { faults.append("\(place): not \(constant)") }
        if let choices = schema["enum"] as? [Any], !choices.contains(where: { Self.equal(value, $0) }) {
            faults.append("\(place): \(value) is not listed")
        }
        if let choices = schema["oneOf"] as? [[String: Any]] {
            let outcomes = choices.map { self.faults(value, $0, at: place) }
            if outcomes.filter(\.isEmpty).count != 1 { faults.append("\(place): fits not exactly one of \(outcomes)") }
        }
        if let object = value as? [String: Any] { faults += self.faults(object, schema, at: place) }
        if let array = value as? [Any] {
            if array.count < schema["minItems"] as? Int ?? 0 { faults.append("\(place): too few items") }
            if let items = schema["items"] as? [String: Any] {
                for (i, item) in array.enumerated() { faults += self.faults(item, items, at: "\(place)/\(i)") }
            }
        }
        if let text = value as? String, text.count > schema["maxLength"] as? Int ?? .max {
            faults.append("\(place): too long")
        }
        if Self.has(value, "number"), let number = value as? NSNumber { faults += range(number, schema, at: place) }
        return faults
    }

    private func faults(_ object: [String: Any], _ schema: [String: Any], at place: String) -> [String] {
        var faults: [String] = []
        for name in schema["required"] as? [String] ?? [] where object[name] == nil {
            faults.append("\(place): \(name) is missing")
        }
        if object.count < schema["minProperties"] as? Int ?? 0 { faults.append("\(place): too few members") }
        let properties = schema["properties"] as? [String: [String: Any]]
        let others = schema["additionalProperties"] as? [String: Any]
        for (name, member) in object {
            if let known = properties?[name] ?? others {
                faults += self.faults(member, known, at: "\(place)/\(name)")
            } else if properties != nil {
                faults.append("\(place): \(name) is not in the document")
            }
        }
        return faults
    }

    private func range(_ number: NSNumber, _ schema: [String: Any], at place: String) -> [String] {
        func bound(_ name: String) -> Double? { (schema[name] as? NSNumber)?.doubleValue }
        let value = number.doubleValue
        let fits =
            value >= bound("minimum") ?? -.infinity && value > bound("exclusiveMinimum") ?? -.infinity
            && value < bound("exclusiveMaximum") ?? .infinity
        return fits ? [] : ["\(place): \(number) is out of range"]
    }

    /// Whether a value that was read from JSON or YAML has a type by JSON Schema's names.
    private static func has(_ value: Any, _ type: String) -> Bool {
        switch type {
        case "object": value is [String: Any]
        case "array": value is [Any]
        case "string": value is String
        case "null": value is NSNull
        case "boolean": isBoolean(value)
        case "number": value is NSNumber && !isBoolean(value)
        case "integer":
            !isBoolean(value) && (value as? NSNumber).map { $0.doubleValue.rounded() == $0.doubleValue } == true
        default: false
        }
    }

    /// JSON's `true` and `1` are both an `NSNumber`; they differ in the type that they were made from.
    private static func isBoolean(_ value: Any) -> Bool {
        (value as? NSNumber).map { String(cString: $0.objCType) == "c" } ?? false
    }

    private static func equal(_ a: Any, _ b: Any) -> Bool { (a as? String).map { $0 == b as? String } ?? false }
}
