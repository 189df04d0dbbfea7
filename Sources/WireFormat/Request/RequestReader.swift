import Diagnosis
import Expressions
import LinearAlgebra
import Losses

/// What can be asked for in `return`.
public enum ReturnItem: String, CaseIterable, Hashable, Sendable {
    case loss, gradient, hessian, symbolic, comparison, curvature

    /// What is answered where nothing is asked for.
    public static let standard: Set<ReturnItem> = [.loss, .gradient, .hessian, .symbolic, .comparison]
}

/// Reads the members of a request (api.md, "Request of POST /hessian").
struct RequestReader {
    let object: JSONObject

    static let members = [
        "X", "y", "beta", "loss", "expression", "parameters", "scale", "weights", "offset", "penalty", "candidate",
        "witnesses",
        "return",
    ]

    private func member(_ name: String) -> MemberReader? {
        object[name].map { MemberReader(element: $0, pointer: JSONPointer.root.appending(name)) }
    }

    private func required(_ name: String) throws(WireError) -> MemberReader {
        guard let member = member(name) else {
            throw WireError(
                .missingMember, "the member \"\(name)\" is missing; a request needs X, y and beta",
                pointer: .root.appending(name))
        }
        return member
    }

    static func refuseUnknown(
        _ object: JSONObject, below pointer: JSONPointer, known: [String], code: WireError.Code = .unknownMember
    ) throws(WireError) {
        for member in object.members where !known.contains(member.name) {
            let near = OtherNames.meant(by: member.name, among: known)
            let hint =
                near.map { "; did you mean \"\($0)\"?" }
                ?? "; known are \(known.map { "\"\($0)\"" }.joined(separator: ", "))"
            throw WireError(
                code, "there is no \"\(member.name.prefix(100))\"\(known.isEmpty ? "" : hint)",
                pointer: pointer.appending(member.name),
                offset: member.offset, suggestion: near)
        }
    }

    private func conflict(_ a: String, _ b: String, _ why: String) -> WireError {
        WireError(
            .conflictingMembers, "\"\(a)\" and \"\(b)\" exclude each other: \(why)", pointer: .root.appending(a),
            offset: object[a]?.offset)
    }

    func read() throws(WireError) -> EvaluationRequest {
        try Self.refuseUnknown(object, below: .root, known: Self.members)
        let design = try required("X").packed(ranks: [2])
        let x = Matrix(design.array)
        let objective = try objective()
        var kind = LossDefinition.Kind.separable
        if case .loss(let loss, _) = objective { kind = loss.kind }
        let beta = try beta(kind, columns: x.columns)
        let y = try targets(kind, rows: x.rows)
        let isExpression = object["expression"] != nil
        let weights = try weights(kind, rows: x.rows)
        let offset = try offset(kind, rows: x.rows)
        let scale = try scale()
        let penalty = try penalty(columns: x.columns)
        if isExpression {
            for name in ["scale", "penalty"] where object[name] != nil {
                throw conflict(name, "expression", "an expression is the whole loss")
            }
        }
        let problem = RegressionProblem(
            x: x, y: y, beta: beta, objective: objective, scale: scale, weights: weights, offset: offset,
            penalty: penalty,
            parameters: try parameters())
        let witnesses = try member("witnesses")?.choices(Witness.allCases.map(\.rawValue)) ?? ["symbolic"]
        let returns = try member("return")?.choices(ReturnItem.allCases.map(\.rawValue))
        return EvaluationRequest(
            problem: problem, candidate: try candidate(parameters: beta.count, rows: x.rows),
            witnesses: Witness.allCases.filter { witnesses.contains($0.rawValue) },
            returns: returns.map { Set($0.compactMap(ReturnItem.init)) } ?? ReturnItem.standard)
    }

    // MARK: Data

    private func beta(_ kind: LossDefinition.Kind, columns: Int) throws(WireError) -> NumericArray {
        let member = try required("beta")
        if case .softmax = kind {
            let numbers = try member.packed(ranks: [2])
            guard numbers.shape[1] == columns else {
                throw WireError(
                    .lengthMismatch, "the rows of beta have \(numbers.shape[1]) numbers, and X has \(columns) columns",
                    pointer: member.pointer, offset: member.element.offset, expected: .count(columns),
                    actual: .count(numbers.shape[1]))
            }
            guard numbers.shape[0] >= 2 else {
                throw WireError(
                    .lengthMismatch, "softmax needs a row of beta for each of at least two classes",
                    pointer: member.pointer,
                    offset: member.element.offset, expected: 2, actual: .count(numbers.shape[0]))
            }
            return numbers.array
        }
        // A matrix β is a matter of expressions.
        if object["expression"] != nil, case .numbers(let numbers) = member.element.value, numbers.shape.count == 2 {
            return try member.packed(ranks: [2]).array
        }
        return NumericArray(try member.vector(count: columns, of: "X has columns:"))
    }

    private func targets(_ kind: LossDefinition.Kind, rows: Int) throws(WireError) -> NumericArray {
        let member = try required("y")
        let numbers: PackedNumbers
        switch kind {
        case .cox:
            numbers = try member.packed(ranks: [2])
            guard numbers.shape[1] == 2 else {
                throw WireError(
                    .lengthMismatch, "each target must be a pair [time, event]", pointer: member.pointer.appending(0),
                    offset: member.element.offset, expected: 2, actual: .count(numbers.shape[1]))
            }
        case .softmax, .separable: numbers = try member.packed(ranks: object["expression"] == nil ? [1] : [1, 2])
        }
        guard numbers.shape[0] == rows else {
            throw WireError(
                .lengthMismatch, "y has \(numbers.shape[0]) entries, and X has \(rows) rows", pointer: member.pointer,
                offset: member.element.offset, expected: .count(rows), actual: .count(numbers.shape[0]))
        }
        return numbers.array
    }

    private func weights(_ kind: LossDefinition.Kind, rows: Int) throws(WireError) -> [Double]? {
        guard let member = member("weights") else { return nil }
        if case .cox = kind { throw conflict("weights", "loss", "a partial likelihood has no row weights here") }
        let values = try member.vector(count: rows, of: "X has rows:")
        if let bad = values.firstIndex(where: { $0 < 0 }) {
            throw WireError(
                .outsideDomain, "weights[\(bad)] is \(values[bad]); weights must be at least 0",
                pointer: member.pointer.appending(bad),
                offset: member.element.offset)
        }
        guard values.contains(where: { $0 > 0 }) else { throw member.outside("all weights are 0") }
        return values
    }

    private func offset(_ kind: LossDefinition.Kind, rows: Int) throws(WireError) -> [Double]? {
        guard let member = member("offset") else { return nil }
        switch kind {
        case .softmax: throw conflict("offset", "loss", "softmax has one linear predictor for each class")
        case .cox, .separable: return try member.vector(count: rows, of: "X has rows:")
        }
    }

    private func scale() throws(WireError) -> Scale {
        guard let member = member("scale") else { return .mean }
        if case .number(let number) = member.element.value {
            guard number.value > 0 else {
                throw member.outside("scale is \(number.value); a number must be greater than 0")
            }
            return .number(number.value)
        }
        let names = ["mean", "sum", "half-mean", "weighted-mean"]
        guard case .string(let name) = member.element.value else {
            throw member.wrongType("a number or one of \(names.joined(separator: ", "))")
        }
        switch name {
        case "mean": return .mean
        case "sum": return .sum
        case "half-mean": return .halfMean
        case "weighted-mean": return .weightedMean
        default:
            let near = OtherNames.meant(by: name, among: names).map { "; did you mean \"\($0)\"?" } ?? ""
            throw member.outside(
                "\"\(name.prefix(100))\" is no scale: \(names.joined(separator: ", ")) or a number > 0\(near)")
        }
    }

    private func penalty(columns: Int) throws(WireError) -> Penalty {
        guard let member = member("penalty") else { return Penalty() }
        let object = try member.object()
        try Self.refuseUnknown(object, below: member.pointer, known: ["ridge", "lasso", "exempt"])
        func strength(_ name: String) throws(WireError) -> Double {
            guard let element = object[name] else { return 0 }
            let reader = MemberReader(element: element, pointer: member.pointer.appending(name))
            let value = try reader.number().value
            guard value >= 0 else { throw reader.outside("\(name) is \(value); it must be at least 0") }
            return value
        }
        var exempt: Set<Int> = []
        if let element = object["exempt"] {
            let reader = MemberReader(element: element, pointer: member.pointer.appending("exempt"))
            if case .emptyArray = element.value {
            } else {
                for (k, value) in try reader.packed(ranks: [1]).array.elements.enumerated() {
                    guard value == value.rounded(), value >= 0, value < Double(columns) else {
                        throw WireError(
                            .outsideDomain,
                            "there is no column \(LossDefinition.literal(value)); columns are 0 … \(columns - 1)",
                            pointer: reader.pointer.appending(k), offset: element.offset)
                    }
                    exempt.insert(Int(value))
                }
            }
        }
        return Penalty(ridge: try strength("ridge"), lasso: try strength("lasso"), exempt: exempt)
    }

    // MARK: Objective

    private func objective() throws(WireError) -> Objective {
        if let member = member("expression") {
            if object["loss"] != nil { throw conflict("loss", "expression", "an expression stands in place of a loss") }
            return .expression(try member.string())
        }
        guard let member = member("loss") else { return .loss(.squaredDefault, parameters: []) }
        if case .string(let name) = member.element.value {
            let loss = try self.loss(name, member)
            return .loss(loss, parameters: loss.parameters.map(\.standard))
        }
        guard case .object(let object) = member.element.value else {
            throw member.wrongType("a name or an object with a name")
        }
        guard let element = object["name"] else {
            throw WireError(
                .missingMember, "the loss has no \"name\"", pointer: member.pointer.appending("name"),
                offset: member.element.offset)
        }
        let nameReader = MemberReader(element: element, pointer: member.pointer.appending("name"))
        let loss = try self.loss(try nameReader.string(), nameReader)
        let known = loss.parameters.map(\.name)
        for extra in object.members where extra.name != "name" && !known.contains(extra.name) {
            let near = OtherNames.meant(by: extra.name, among: known)
            throw WireError(
                .unknownParameter,
                "\(loss.name) has no parameter \"\(extra.name.prefix(100))\""
                    + (known.isEmpty ? "" : "; it has \(known.joined(separator: ", "))"),
                pointer: member.pointer.appending(extra.name), offset: extra.offset, suggestion: near)
        }
        var values: [Double] = []
        for parameter in loss.parameters {
            guard let element = object[parameter.name] else {
                values.append(parameter.standard)
                continue
            }
            let reader = MemberReader(element: element, pointer: member.pointer.appending(parameter.name))
            let value = try reader.number().value
            guard parameter.contains(value) else {
                throw reader.outside(
                    "\(parameter.name) is \(LossDefinition.literal(value)); it must be in \(parameter.range)")
            }
            values.append(value)
        }
        return .loss(loss, parameters: values)
    }

    private func loss(_ name: String, _ member: MemberReader) throws(WireError) -> LossDefinition {
        if let loss = LossCatalog.named(name) { return loss }
        let meant = LossCatalog.meant(by: name)
        let list = meant.map { "\"\($0)\"" }.joined(separator: " or ")
        throw WireError(
            .unknownLoss,
            "there is no loss \"\(name.prefix(100))\""
                + (meant.isEmpty ? "; GET /losses lists them" : "; did you mean \(list)?"),
            pointer: member.pointer, offset: member.element.offset, suggestion: meant.first)
    }

    /// Names that a parameter must not shadow; `np` and `sp` are NumPy and SciPy in the snippets of an answer.
    private static let reserved: Set<String> = [
        "X", "y", "beta", "weights", "offset", "n", "p", "pi", "e", "np", "sp",
    ]

    private func parameters() throws(WireError) -> [String: NumericArray] {
        guard let member = member("parameters") else { return [:] }
        var result: [String: NumericArray] = [:]
        for entry in try member.object().members {
            let reader = MemberReader(element: entry.element, pointer: member.pointer.appending(entry.name))
            let isName =
                entry.name.first.map { $0.isLetter || $0 == "_" } == true
                && entry.name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
            guard isName else {
                throw WireError(
                    .outsideDomain, "\"\(entry.name.prefix(100))\" is no name that an expression could use",
                    pointer: reader.pointer,
                    offset: entry.offset)
            }
            guard !Self.reserved.contains(entry.name), !Program.isBuiltIn(entry.name) else {
                throw WireError(
                    .conflictingMembers, "the parameter \"\(entry.name)\" shadows a built-in name; choose another",
                    pointer: reader.pointer,
                    offset: entry.offset)
            }
            if case .number(let number) = entry.element.value {
                result[entry.name] = NumericArray(number.value)
            } else {
                result[entry.name] = try reader.packed(ranks: [1, 2]).array
            }
        }
        return result
    }

    // MARK: Candidate

    private func candidate(parameters: Int, rows: Int) throws(WireError) -> Candidate? {
        guard let member = member("candidate") else { return nil }
        let object = try member.object()
        try Self.refuseUnknown(object, below: member.pointer, known: ["loss", "gradient", "hessian", "expression"])
        guard !object.members.isEmpty else {
            throw WireError(
                .missingMember, "the candidate is empty; it needs a loss, a gradient, a Hessian or an expression",
                pointer: member.pointer,
                offset: member.element.offset)
        }
        func reader(_ name: String) -> MemberReader? {
            object[name].map { MemberReader(element: $0, pointer: member.pointer.appending(name)) }
        }
        if let expression = reader("expression") {
            guard object.members.count == 1 else {
                throw WireError(
                    .conflictingMembers, "a candidate is either an expression or numbers", pointer: expression.pointer,
                    offset: expression.element.offset)
            }
            return .expression(try expression.string())
        }
        var loss: CandidateNumber?
        if let member = reader("loss") {
            if case .null = member.element.value {
                loss = CandidateNumber(value: .nan, finestPlace: nil)
            } else {
                let number = try member.number()
                loss = CandidateNumber(value: number.value, finestPlace: number.finestPlace)
            }
        }
        return .numbers(
            loss: loss, gradient: try reader("gradient").map { (r) throws(WireError) in try gradient(r, parameters) },
            hessian: try reader("hessian").map { (r) throws(WireError) in try hessian(r, parameters, rows) })
    }

    private func array(_ numbers: PackedNumbers) -> CandidateArray {
        let isNull = numbers.array.withUnsafeElements { $0.allSatisfy(\.isNaN) }
        return CandidateArray(values: numbers.array, finestPlace: isNull ? nil : numbers.finestPlace)
    }

    private func gradient(_ member: MemberReader, _ p: Int) throws(WireError) -> CandidateArray {
        let numbers = try member.packed(ranks: [1, 2], allowingNull: true)
        guard abs(numbers.array.count - p) <= 1 else {
            throw WireError(
                .lengthMismatch, "the gradient has \(numbers.array.count) numbers, and beta \(p)",
                pointer: member.pointer,
                offset: member.element.offset, expected: .count(p), actual: .count(numbers.array.count))
        }
        var flat = numbers
        flat.array = numbers.array.reshaped([numbers.array.count])
        return array(flat)
    }

    private func hessian(_ member: MemberReader, _ p: Int, _ n: Int) throws(WireError) -> CandidateArray {
        let numbers = try member.packed(ranks: [1, 2], allowingNull: true)
        let shape = numbers.shape
        let fits =
            shape == [p] || (shape.count == 2 && shape[0] == shape[1] && (abs(shape[0] - p) <= 1 || shape[0] == n))
        guard fits else {
            throw WireError(
                .lengthMismatch, "the Hessian has shape \(shape), and beta \(p) numbers; \(p) by \(p) is expected",
                pointer: member.pointer,
                offset: member.element.offset, expected: .count(p), actual: .count(shape[0]))
        }
        return array(numbers)
    }
}

extension LossDefinition {
    /// The loss of a request that names none.
    static var squaredDefault: LossDefinition { LossCatalog.all[0] }
}
