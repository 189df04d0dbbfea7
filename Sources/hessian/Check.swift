import ArgumentParser
import Diagnosis
import Foundation
import HTTP
import Service
import WireFormat

/// A verdict for a person, an exit status for a script.
struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check a candidate and print a short verdict.",
        discussion:
            "Exit status: 0 it agrees (up to a convention or the printed digits), 1 it differs, 2 unusable input.")

    @Argument(help: "The request, with a candidate; - for standard input.")
    var file = "-"
    @Flag(help: "Print the whole answer as JSON instead.")
    var json = false

    func run() throws {
        let request: EvaluationRequest
        let evaluation: Evaluation
        do {
            request = try InputReader.request(file)
            evaluation = try EvaluationService().evaluate(request)
        } catch let error as InputReader.Unreadable {
            throw refuse(error.description)
        } catch {
            let problem = EvaluationService.problem(for: error)
            throw refuse("\(problem.code): \(problem.detail)")
        }
        let report = VerdictReport(
            evaluation: evaluation, given: given(request.candidate),
            coloured: isatty(STDOUT_FILENO) == 1 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil)
        if json {
            FileHandle.standardOutput.write(Data(EvaluationWriter.json(evaluation, for: request) + [0x0A]))
        } else {
            FileHandle.standardOutput.write(Data(report.text.utf8))
        }
        if !report.agrees { throw ExitCode(1) }
    }

    private func refuse(_ message: String) -> ExitCode {
        FileHandle.standardError.write(Data(("hessian: " + message + "\n").utf8))
        return ExitCode(2)
    }

    private func given(_ candidate: Candidate?) -> VerdictReport.Given {
        guard case .numbers(let loss, let gradient, let hessian) = candidate else { return VerdictReport.Given() }
        return VerdictReport.Given(loss: loss?.value, gradient: gradient?.values.elements, hessian: hessian?.values)
    }
}
