/// The one place where an error becomes a status: the codes of the wire contract that concern a request's content.
///
/// What concerns HTTP itself (404, 405, 413, …) has its status in the module HTTP; these two tables share no code.
enum StatusTable {
    /// The status and the title for a code.
    static func entry(for code: String) -> (status: Int, title: String) {
        switch code {
        case "malformed-json": (400, "The body is not JSON")
        case "duplicate-member": (400, "A member stands twice")
        case "number-out-of-range": (400, "A number is too large for binary64")
        case "trailing-content": (400, "Something follows the JSON text")
        case "missing-member": (422, "A member is missing")
        case "unknown-member": (422, "A member is not known")
        case "wrong-type": (422, "A value has the wrong type")
        case "empty": (422, "There are no data")
        case "ragged-matrix": (422, "The rows of a matrix have different lengths")
        case "length-mismatch": (422, "A length does not fit")
        case "outside-domain": (422, "A value is outside its domain")
        case "unknown-loss": (422, "The loss is not known")
        case "unknown-parameter": (422, "The loss has no such parameter")
        case "conflicting-members": (422, "Members exclude each other")
        case "expression-syntax": (422, "The expression cannot be read")
        case "expression-name": (422, "A name in the expression is not known")
        case "expression-shape": (422, "Shapes in the expression do not fit")
        case "expression-too-large": (422, "The expression is too large")
        case "not-scalar": (422, "The expression is not a scalar")
        case "non-finite-result": (422, "The result is not finite")
        case "too-large-now": (503, "Not enough memory for this request now")
        case "busy": (503, "Every worker is occupied")
        default: (500, "An error of the service")
        }
    }
}
