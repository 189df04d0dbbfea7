import ArgumentParser
import Foundation

/// The value of an option: what the command line says, else the environment variable, else the default.
enum EnvironmentDefault {
    /// `--max-body` ↔ `HESSIAN_MAX_BODY`.
    static func variable(for option: String) -> String {
        "HESSIAN_" + String(option.uppercased().map { $0 == "-" ? "_" : $0 })
    }

    /// - Throws: `ValidationError` where the variable is set to what the option would not accept.
    static func value<Value: ExpressibleByArgument>(
        _ given: Value?, _ option: String, default fallback: Value,
        in environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> Value {
        if let given { return given }
        let name = variable(for: option)
        guard let text = environment[name], !text.isEmpty else { return fallback }
        guard let value = Value(argument: text) else {
            throw ValidationError("\(name) is '\(text)', which --\(option) does not accept")
        }
        return value
    }
}
