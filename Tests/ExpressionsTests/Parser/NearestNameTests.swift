import Expressions
import Testing

/// What is suggested in place of a misspelt name.
@Suite struct NearestNameTests {
    static let functions = [
        "sum", "sin", "sign", "sgn", "sqrt", "exp", "expm1", "log", "log1p", "mean", "sigmoid", "softplus",
        "softmax", "logsumexp", "maximum", "minimum", "where", "abs", "norm", "dot", "det", "diag", "tanh", "arctan",
    ]

    @Test(arguments: [
        ("sun", "sum"), ("smu", "sum"), ("summ", "sum"), ("sums", "sum"), ("Sum", "sum"),
        ("epx", "exp"),
        ("exo", "exp"), ("exmp1", "expm1"), ("lgo", "log"), ("meen", "mean"), ("maen", "mean"), ("sigmo", "sigmoid"),
        ("sigmiod", "sigmoid"), ("sofplus", "softplus"), ("logsumex", "logsumexp"), ("log_sum_exp", "logsumexp"),
        ("sqr", "sqrt"), ("sqtr", "sqrt"), ("maxmum", "maximum"), ("wehre", "where"), ("nrom", "norm"), ("dott", "dot"),
        ("abd", "abs"), ("tahn", "tanh"),
    ])
    func theLikeliestIsFound(written: String, meant: String) {
        #expect(nearestName(to: written, among: Self.functions) == meant)
    }

    @Test func whatIsFarIsNotSuggested() {
        for name in ["q", "foo", "frobnicate", "xy", "lm"] {
            #expect(nearestName(to: name, among: Self.functions) == nil, "\(name)")
        }
        #expect(nearestName(to: "sum", among: ["sum"]) == nil)
        #expect(nearestName(to: "sum", among: []) == nil)
    }

    /// A reader's own name comes before one that is as near.
    @Test func ownNamesComeFirst() {
        #expect(nearestName(to: "mus", among: ["mup", "muq"], own: ["muq"]) == "muq")
        #expect(nearestName(to: "x", among: ["X", "y"]) == "X")
        let error = Reading.error("resid = y - X @ beta\nsum(resdi**2)")
        #expect(error?.message.contains("'resid'") == true)
        #expect(Reading.error("sun(y)")?.message.contains("'sum'") == true)
        #expect(Reading.error("np.linalg.nrm(y)")?.message.contains("'norm'") == true)
        #expect(Reading.error("sum(wieghts * y)")?.message.contains("weights") != true)
    }

    /// Of names as many edits away the one with the slip of a finger, then the one that begins alike.
    @Test func aSlipOfTheFingerIsNearer() {
        #expect(nearestName(to: "car", among: ["cab", "cat"]) == "cat")
        #expect(nearestName(to: "form", among: ["farm", "from"]) == "from")
        #expect(nearestName(to: "beta2", among: ["beta1", "zeta2"]) == "beta1")
    }
}
