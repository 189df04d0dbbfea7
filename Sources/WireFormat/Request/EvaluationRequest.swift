import Diagnosis
import Losses

/// A request of `POST /hessian`, decoded and checked as far as that needs no computation.
public struct EvaluationRequest: Sendable {
    /// The data and the objective.
    public var problem: RegressionProblem
    /// What the client's program gave, or the program.
    public var candidate: Candidate?
    /// Which witnesses are compared with the automatic derivatives.
    public var witnesses: [Witness]
    /// What is answered.
    public var returns: Set<ReturnItem>
}

/// Where the bytes of a request turn into it, as they arrive.
public final class RequestDecoder {
    private let scanner = JSONScanner(textArrays: ["witnesses", "return"])

    /// A decoder for one request.
    public init() {}

    /// The memory held for what has arrived.
    public var bufferedBytes: Int { scanner.bufferedBytes }

    /// Takes the next bytes.
    public func receive(_ bytes: UnsafeRawBufferPointer) throws(WireError) { try scanner.receive(bytes) }

    /// Takes the next bytes.
    public func receive(_ bytes: [UInt8]) throws(WireError) { try scanner.receive(bytes) }

    /// The request, when all bytes have arrived.
    public func finish() throws(WireError) -> EvaluationRequest {
        let root = try scanner.finish()
        guard case .object(let object) = root.value else {
            throw WireError(
                .wrongType, "the request must be an object with at least X, y and beta", pointer: .root,
                offset: root.offset,
                expected: "object", actual: .text(root.value.kind))
        }
        return try RequestReader(object: object).read()
    }
}
