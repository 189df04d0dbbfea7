import Expressions
import Foundation
import LinearAlgebra

/// Data for programs, and what programs give on them.
enum Reading {
    static let environment = Environment(
        arrays: [
            "X": NumericArray(shape: [4, 2], [1, 2, 3, 4, 5, 6, 7, 8]), "y": NumericArray([1, 2, 3, 4]),
            "beta": NumericArray([0.5, -1]), "w": NumericArray([1, 0, 2, 1]),
        ], n: 4, p: 2)

    static func value(_ text: String) throws -> [Double] {
        let program = try Program.parse(text, in: environment)
        return try Evaluator.evaluate(program.graph, roots: [program.root], in: environment)[0].value.elements
    }

    static func shape(_ text: String) throws -> [Int] { try Program.parse(text, in: environment).shape.counts }

    /// The error that a program is refused with, nil where it is read.
    static func error(_ text: String) -> ExpressionError? {
        do {
            _ = try Program.parse(text, in: environment)
            return nil
        } catch {
            return error
        }
    }

    /// The same on a thread with the stack of a server's worker: what is nested 200 deep takes more than a test's thread has
    /// in a build that is not optimised.
    static func errorOnLargeStack(_ text: String) -> ExpressionError? {
        let outcome = Outcome()
        let thread = Thread {
            outcome.error = Reading.error(text)
            outcome.finished.signal()
        }
        thread.stackSize = 64 << 20
        thread.start()
        outcome.finished.wait()
        return outcome.error
    }

    /// Written by one thread before it signals, read by the other after that.
    private final class Outcome: @unchecked Sendable {
        var error: ExpressionError?
        let finished = DispatchSemaphore(value: 0)
    }
}
