import Foundation
import SpecialFunctions

extension LossDefinition {
    /// Log-cosh loss, ℓ = log cosh r.
    static let logCosh = LossDefinition(
        name: "log-cosh", title: "Log-cosh loss", otherNames: ["log cosh"], expression: "logcosh(eta - y)",
        formulas: ("logcosh(eta - y)", "tanh(eta - y)", "1 - tanh(eta - y)**2"),
        latex: (#"\log\cosh(\eta - y)"#, #"\tanh(\eta - y)"#, #"1 - \tanh^2(\eta - y)"#),
        closedForm: { eta, y, _ in
            let r = eta - y
            return LossValues(logcosh(r), tanh(r), sechSquared(r))
        })
}
