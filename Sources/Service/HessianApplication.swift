import Foundation
import HTTP
import HTTPTypes
import WireFormat

/// The routes of the service.
public final class HessianApplication: Application {
    private let service: EvaluationService
    private let metrics: @Sendable () -> String
    private let losses = LossListWriter.json()
    private let mistakes = MistakeList.json

    /// An application; `metrics` gives the text of `/metrics`.
    public init(service: EvaluationService, metrics: @escaping @Sendable () -> String = { "" }) {
        self.service = service
        self.metrics = metrics
    }

    private static let reading = ["/losses", "/mistakes", "/example", "/healthz", "/metrics", "/openapi.yaml", "/"]

    /// Decides on a request from its head.
    public func route(_ head: RequestHead) -> RouteDecision {
        if head.path == "/hessian" {
            guard head.method == .post else {
                return .respond(Problem.methodNotAllowed(head.method.rawValue, head.path, allowed: ["POST"]))
            }
            if let refusal = HessianApplication.refusal(of: head.fields[.contentType]) {
                return .respond(refusal.response())
            }
            return .receive(EvaluationReceiver(service: service))
        }
        guard HessianApplication.reading.contains(head.path) else {
            return .respond(Problem.notFound(head.path).response())
        }
        guard head.method == .get else {
            return .respond(Problem.methodNotAllowed(head.method.rawValue, head.path, allowed: ["GET", "HEAD"]))
        }
        switch head.path {
        case "/losses": return json(losses)
        case "/mistakes": return json(mistakes)
        case "/example": return json(Example.json)
        case "/healthz": return json(Array(#"{"status":"ok"}"#.utf8))
        case "/metrics":
            return .respond(
                Response(contentType: "text/plain; version=0.0.4; charset=utf-8", body: Array(metrics().utf8)))
        case "/openapi.yaml":
            return .respond(Response(contentType: "application/yaml", body: PackageResources.openapi_yaml))
        default: return .respond(HessianApplication.usage(accept: head.fields[.accept]))
        }
    }

    private func json(_ body: [UInt8]) -> RouteDecision {
        .respond(Response(contentType: "application/json", body: body))
    }

    /// A page for who prefers HTML to text, which is a browser; text for everyone else.
    private static func usage(accept: String?) -> Response {
        let prefersPage =
            Negotiation.weight(of: "text/html", in: accept) > Negotiation.weight(of: "text/plain", in: accept)
        var response = Response(
            contentType: (prefersPage ? "text/html" : "text/plain") + "; charset=utf-8",
            body: Array((prefersPage ? Usage.page : Usage.text).utf8))
        response.fields[.vary] = "Accept"
        return response
    }

    /// A body is JSON when nothing, `application/json`, `*/*+json` or curl's form type is said; all else is 415.
    private static func refusal(of contentType: String?) -> Problem? {
        guard let contentType else { return nil }
        let type = contentType.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces).lowercased()
        if contentType.isEmpty || ["application/json", "application/x-www-form-urlencoded"].contains(type) {
            return nil
        }
        // A structured suffix stands behind a name (RFC 6839 §3.1): `application/+json` has none.
        let names = type.split(separator: "/", omittingEmptySubsequences: false)
        if names.count == 2, !names[0].isEmpty, names[1].hasSuffix("+json"), names[1] != "+json" { return nil }
        return .unsupportedMediaType(
            "a body of type \(type.prefix(100)) is not understood; send `Content-Type: application/json`")
    }
}

/// One request's body: decoded as it arrives, evaluated on a worker.
final class EvaluationReceiver: BodyReceiver {
    private let service: EvaluationService
    private let decoder = RequestDecoder()

    init(service: EvaluationService) { self.service = service }

    var bufferedBytes: Int { decoder.bufferedBytes }

    func receive(_ bytes: UnsafeRawBufferPointer) throws {
        do {
            try decoder.receive(bytes)
        } catch {
            throw Rejection(EvaluationService.problem(for: error).response())
        }
    }

    func respond(cancellation: CancellationToken) -> Response {
        do {
            let request = try decoder.finish()
            return Response(
                contentType: "application/json",
                body: try service.json(request, cancelled: { cancellation.isCancelled }))
        } catch {
            return EvaluationService.problem(for: error).response()
        }
    }
}
