import Diagnosis
import Differentiation
import Expressions
import Foundation
import HTTP
import LinearAlgebra
import Losses
import WireFormat

/// Requests in, answers out: what `POST /hessian`, `evaluate` and `check` share. The only place where an error becomes a
/// status.
public struct EvaluationService: Sendable {
    /// Bytes that the arrays of one request may take.
    public var memoryLimit: Int
    /// Threads for one request; nil for the default.
    public var threads: Int?

    /// A service with limits.
    public init(memoryLimit: Int = 1 << 30, threads: Int? = nil) {
        self.memoryLimit = memoryLimit
        self.threads = threads
    }

    /// Evaluates a decoded request.
    public func evaluate(
        _ request: EvaluationRequest, cancelled: @escaping @Sendable () -> Bool = { false }
    ) throws -> Evaluation {
        let items = request.returns
        var quantities: Quantities = []
        if items.contains(.loss) { quantities.insert(.loss) }
        if items.contains(.gradient) { quantities.insert(.gradient) }
        if items.contains(.hessian) { quantities.insert(.hessian) }
        if quantities.isEmpty, items.contains(.symbolic) || items.contains(.comparison) { quantities = .all }
        if request.candidate != nil { quantities = .all }
        if quantities.contains(.hessian) || items.contains(.curvature) { try admitHessian(request) }
        let plan = EvaluationPlan(
            quantities: quantities, printsSymbolic: items.contains(.symbolic), compares: items.contains(.comparison),
            witnesses: request.witnesses, wantsCurvature: items.contains(.curvature), candidate: request.candidate)
        return try Oracle.evaluate(
            request.problem, plan,
            options: AutomaticOptions(threads: threads, memoryLimit: memoryLimit, cancelled: cancelled))
    }

    /// Refuses a Hessian before it is made where it, its bounds, its symbolic witness and its text, eight arrays of its size
    /// together, would take more than the memory limit.
    private func admitHessian(_ request: EvaluationRequest) throws(WireError) {
        let order = request.problem.beta.count
        guard Double(order) * Double(order) * 64 > Double(memoryLimit) else { return }
        throw WireError(
            .expressionTooLarge,
            "a Hessian of order \(order) takes more than the \(memoryLimit >> 20) MB that a request may take; ask for "
                + "`return` of `loss` and `gradient` without a candidate, or raise --max-memory",
            pointer: JSONPointer.root.appending("beta"))
    }

    /// The answer to a decoded request as JSON.
    public func json(
        _ request: EvaluationRequest, cancelled: @escaping @Sendable () -> Bool = { false }
    ) throws -> [UInt8] {
        EvaluationWriter.json(try evaluate(request, cancelled: cancelled), for: request)
    }

    /// What an error is to a client.
    public static func problem(for error: any Error) -> Problem {
        switch error {
        case let error as CandidateError: candidateProblem(for: error.underlying)
        case let error as WireError: problem(error)
        case let error as DomainError:
            problem(WireError(.outsideDomain, error.detail), members: [("pointer", .text(error.pointer))])
        case let error as ExpressionError:
            problem(
                error.kind.rawValue, error.description,
                [("pointer", .text("/expression")), ("line", .number(error.line)), ("column", .number(error.column))])
        case let error as NonFiniteResult:
            problem(
                "non-finite-result",
                "the \(error.quantity) is not finite: \(error.detail); scale the data or move beta",
                error.row.map { [("pointer", .text("/X/\($0)"))] } ?? [])
        case let error as SingularMatrix:
            problem(
                "non-finite-result", "a matrix has no inverse: elimination finds no pivot in column \(error.column)", []
            )
        case let error as EvaluationError: problem(error)
        case let error as ShapeError:
            // A derivation that has no rule for the program: nothing is wrong with the server.
            problem(
                "expression-shape",
                "no symbolic derivation of this program: \(error.message); ask for `return` without `symbolic` and "
                    + "`comparison`", [("pointer", .text("/expression"))])
        case is Cancelled: problem("busy", "the client has left", [])
        default: problem("internal", "the service failed; please report this request", [])
        }
    }

    /// The same error in the client's own program stands elsewhere in the request.
    private static func candidateProblem(for error: any Error) -> Problem {
        var problem = problem(for: error)
        problem.members.removeAll { $0.name == "pointer" }
        problem.members.insert(("pointer", .text("/candidate/expression")), at: 0)
        return problem
    }

    private static func problem(_ error: EvaluationError) -> Problem {
        switch error {
        case .singular(let column):
            problem("non-finite-result", "a matrix has no inverse: elimination finds no pivot in column \(column)", [])
        case .tooLarge(let shape, let limit):
            problem(
                "expression-too-large",
                "an array of shape \(shape) would take more than half of the \(limit >> 20) MB that a request may take",
                [])
        case .cancelled: problem("busy", "the client has left", [])
        case .missing(let name): problem("expression-name", "there is no `\(name)` in the request", [])
        }
    }

    private static func problem(
        _ code: String, _ detail: String, _ members: [(name: String, value: Problem.Member)]
    ) -> Problem {
        let (status, title) = StatusTable.entry(for: code)
        return Problem(status: status, code: code, title: title, detail: detail, members: members)
    }

    private static func problem(
        _ error: WireError, members given: [(name: String, value: Problem.Member)] = []
    ) -> Problem {
        var members = given
        if let pointer = error.pointer { members.append(("pointer", .text(pointer.description))) }
        if let offset = error.offset { members.append(("offset", .number(offset))) }
        if let line = error.line { members.append(("line", .number(line))) }
        if let column = error.column { members.append(("column", .number(column))) }
        for (name, value) in [("expected", error.expected), ("actual", error.actual)] {
            switch value {
            case .count(let count): members.append((name, .number(count)))
            case .number(let number): members.append((name, .text("\(number)")))
            case .text(let text): members.append((name, .text(text)))
            case nil: break
            }
        }
        return problem(error.code.rawValue, error.detail, members)
    }
}
